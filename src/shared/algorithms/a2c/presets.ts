// Settings of a3c, which suit synchronous workers as well.
import { acrobotSettings, cartPoleSettings, pendulumSettings } from '../a3c/presets.ts';
import type { TunedEnvironment } from '../algorithm-record.ts';

export const a2cPresets: readonly TunedEnvironment<'a2c', null>[] = [
  {
    environment: 'CartPole-v1',
    description: 'The preset of a3c with a barrier: bitwise reproducible for a seed and a number of workers',
    settings: cartPoleSettings,
  },
  {
    environment: 'Acrobot-v1',
    description: 'The preset of a3c with a barrier',
    settings: acrobotSettings,
  },
  {
    environment: 'Pendulum-v1',
    description: 'The preset of a3c with a barrier',
    settings: pendulumSettings,
  },
];
