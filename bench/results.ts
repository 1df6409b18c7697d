// Result file bench/results.json: the figures of the last complete run, and of rows that were measured again since.
// bench/api-results.json has the same format.
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { z } from 'zod';

const machineSchema = z.object({ processor: z.string(), cores: z.int(), node: z.string() });

const rowResultSchema = z.object({
  measure: z.string(),
  unit: z.string(),
  target: z.string(),
  median: z.number(),
  min: z.number(),
  max: z.number(),
  runs: z.int(),
  /** When and where, for a row that was not measured with the whole table. */
  measuredAt: z.iso.datetime().optional(),
  machine: machineSchema.optional(),
});
export type RowResult = z.infer<typeof rowResultSchema>;

const resultsSchema = z.object({
  measuredAt: z.iso.datetime(),
  machine: machineSchema,
  runs: z.int(),
  trainingSeconds: z.number(),
  rows: z.array(rowResultSchema),
});
export type Results = z.infer<typeof resultsSchema>;

const file = new URL('./results.json', import.meta.url);
export const apiResultsFile = new URL('./api-results.json', import.meta.url);

/** What the figures were measured on. */
export function describeMachine(): Results['machine'] {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
  };
}

export async function readResults(): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

export async function writeResults(results: Results, into = file): Promise<void> {
  await writeFile(into, `${JSON.stringify(results, null, 2)}\n`);
}

/**
 * Takes rows of `measured` into `earlier`, each with its own time and machine; the others keep their figures. Rows stand
 * in the order of `measures`, and those that are not among them are dropped.
 */
export function mergeResults(earlier: Results, measured: Results, measures: readonly string[]): Results {
  const { measuredAt, machine } = measured;
  const rows = measures.flatMap((measure) => {
    const again = measured.rows.find((row) => row.measure === measure);
    if (again) return [{ ...again, measuredAt, machine }];
    return earlier.rows.filter((row) => row.measure === measure);
  });
  return { ...earlier, rows };
}
