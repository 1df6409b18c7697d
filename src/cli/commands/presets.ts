// a3c presets: lists the tuned settings, or prints the whole request of an environment, for --config.
import { z } from 'zod';
import { algorithmSchema } from '../../shared/job/job-spec.ts';
import { presets } from '../../shared/job/presets.ts';
import type { DefineCommand } from '../command-context.ts';
import { chooseEnvironment, environmentArgument } from '../environments/choose-environment.ts';
import { environmentFlags } from '../environments/environment-flags.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { reportAsFlags } from '../flags/report-as-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { createCompleteRequest } from '../settings/complete-request.ts';
import { takeStandardOutput } from '../standard-output.ts';

const presetOptionsSchema = z.strictObject({
  algorithm: algorithmSchema.optional(),
  ...environmentFlags,
  ...jsonFlag,
});

export const definePresets: DefineCommand = (command) => {
  command.argument('[environment]', `${environmentArgument}: prints its settings for --config`);
  addSchemaFlags(command, presetOptionsSchema);
  command.action(async (argument: string | undefined) => {
    const { algorithm, environments, python, json } = readSchemaFlags(command, presetOptionsSchema);
    const output = takeStandardOutput();
    if (argument === undefined) {
      const listed = presets.filter((preset) => algorithm === undefined || preset.algorithm === algorithm);
      output.write(json ? `${JSON.stringify(listed)}\n` : listed.map(describe).join(''));
      return;
    }
    const definition = await chooseEnvironment(argument, { environments, python });
    const request = await reportAsFlags(() => createCompleteRequest({ algorithm }, definition));
    output.write(`${JSON.stringify(request, null, 2)}\n`);
  });
};

function describe({ environment, algorithm, description, settings }: (typeof presets)[number]): string {
  return `${environment} (${algorithm}): ${description}\n  ${JSON.stringify(settings)}\n`;
}
