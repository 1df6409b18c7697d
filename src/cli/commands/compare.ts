// a3c compare: runs side by side, jobs of a server and directories of a3c train.
import { z } from 'zod';
import type { DefineCommand } from '../command-context.ts';
import { compareRuns } from '../comparing/compare-runs.ts';
import { formatComparison, toJson } from '../comparing/format-comparison.ts';
import { readRuns } from '../comparing/read-runs.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { serverFlags } from '../jobs/server-flags.ts';
import { takeStandardOutput } from '../standard-output.ts';

const compareOptionsSchema = z.strictObject({ ...serverFlags, ...jsonFlag });

export const defineCompare: DefineCommand = (command) => {
  command.argument(
    '<runs...>',
    'ids of jobs, the beginnings of ids, names, last, or directories of a3c train',
  );
  addSchemaFlags(command, compareOptionsSchema);
  command.action(async (texts: string[]) => {
    const { url, json } = readSchemaFlags(command, compareOptionsSchema);
    const output = takeStandardOutput();
    const comparison = compareRuns(await readRuns(texts, url));
    output.write(`${json ? JSON.stringify(toJson(comparison)) : formatComparison(comparison)}\n`);
  });
};
