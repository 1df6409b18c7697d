// Built-in environments.
import { acrobot } from './acrobot.ts';
import {
  bipedalWalker,
  bipedalWalkerHardcore,
  lunarLander,
  lunarLanderContinuous,
} from './box2d/definitions.ts';
import { deepSea } from './bsuite/deep-sea.ts';
import { discountingChain } from './bsuite/discounting-chain.ts';
import { memoryChain } from './bsuite/memory-chain.ts';
import { umbrellaChain } from './bsuite/umbrella-chain.ts';
import { cartPolePositions } from './cart-pole-positions.ts';
import { cartPoleV0, cartPoleV1 } from './cart-pole.ts';
import { catchBall } from './catch.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import { gaussianTarget } from './gaussian-target.ts';
import { identity, maskedIdentity } from './identity.ts';
import { mountainCar, mountainCarContinuous } from './mountain-car.ts';
import { pendulum } from './pendulum.ts';

export const builtInEnvironments: readonly EnvironmentDefinition<RestorableEnvironment>[] = [
  cartPoleV0,
  cartPoleV1,
  mountainCar,
  mountainCarContinuous,
  pendulum,
  acrobot,
  lunarLander,
  lunarLanderContinuous,
  bipedalWalker,
  bipedalWalkerHardcore,
  gaussianTarget,
  catchBall,
  cartPolePositions,
  memoryChain,
  deepSea,
  discountingChain,
  umbrellaChain,
  identity,
  maskedIdentity,
];
