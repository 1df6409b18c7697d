// a3c export: writes a trained model in another format.
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import type { DefineCommand } from '../command-context.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { convertModelFiles, fileFormats } from '../models/convert-model-files.ts';
import { findModelFiles, warnOfDamage, modelArgument } from '../models/load-model.ts';
import { writeModelDirectory, writeModelFile } from '../models/write-model-file.ts';
import { takeStandardOutput } from '../standard-output.ts';

const exportOptionsSchema = z.strictObject({
  format: z.enum([...fileFormats, 'tfjs']).describe('Format of the file, or tfjs for a directory'),
  output: z
    .string()
    .min(1)
    .optional()
    .describe('Path to write; by default the name of the model directory, in the current directory'),
  force: z.boolean().default(false).describe('Overwrite what is there'),
  ...jsonFlag,
});

export const defineExport: DefineCommand = (command) => {
  command.argument('<model-dir>', modelArgument);
  addSchemaFlags(command, exportOptionsSchema);
  command.action(async (directory: string) => {
    const options = readSchemaFlags(command, exportOptionsSchema);
    const standardOutput = takeStandardOutput();
    const model = await findModelFiles(directory);
    warnOfDamage(model);
    const { format, force, json } = options;
    const name = basename(resolve(directory), '.zip');
    const path = options.output ?? (format === 'tfjs' ? `${name}-tfjs` : `${name}.${format}`);
    const converted = await convertModelFiles(model, format);
    if (converted instanceof Uint8Array) await writeModelFile(path, converted, { force });
    else await writeModelDirectory(path, converted, { force });
    standardOutput.write(json ? `${JSON.stringify({ path, format })}\n` : `wrote ${path}\n`);
  });
};
