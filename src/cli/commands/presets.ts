// a3c presets: lists the tuned settings.
import { presets } from '../../shared/job/presets.ts';
import type { DefineCommand } from '../command-context.ts';

export const definePresets: DefineCommand = (command) => {
  command.action(() => {
    for (const { environment, algorithm, description, settings } of presets) {
      console.log(`${environment} (${algorithm}): ${description}\n  ${JSON.stringify(settings)}`);
    }
  });
};
