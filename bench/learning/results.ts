// Results of measurements, kept as JSON beside the code. A row that is not measured again keeps its results.
import { readFile, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { format } from 'prettier';
import { z } from 'zod';

const seedResultSchema = z.object({
  seed: z.int(),
  /** Training steps at the first evaluation that reached the target; null if none did. */
  stepsToTarget: z.int().nullable(),
  /** Mean return of fresh greedy episodes with the parameters of the best evaluation. */
  bestMean: z.number(),
  /** The same with the parameters at the end. */
  lastMean: z.number(),
  /** The action's distribution at the end, where that is the target. */
  distribution: z.object({ mean: z.number(), standardDeviation: z.number() }).nullable(),
  seconds: z.number(),
  /** Moving averages of the training returns at equal distances of steps; null before the first. */
  curve: z.array(z.number().nullable()),
});
export type SeedResult = z.infer<typeof seedResultSchema>;

const rowResultSchema = z.object({
  name: z.string(),
  measuredAt: z.iso.date(),
  /** Where the seeds were measured, and how many at a time; several of these are separated by semicolons. */
  machine: z.string(),
  /** The job as it was resolved, without its seed. */
  settings: z.record(z.string(), z.unknown()),
  seeds: z.array(seedResultSchema),
});
export type RowResult = z.infer<typeof rowResultSchema>;

const resultsSchema = z.object({ rows: z.array(rowResultSchema) });
export type LearningResults = z.infer<typeof resultsSchema>;

const file = new URL('../learning-results.json', import.meta.url);

export async function readResults(): Promise<LearningResults> {
  return resultsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** Formatted like everything else here, so that a diff shows what changed. */
export async function writeResults(results: LearningResults): Promise<void> {
  await writeFile(file, await format(JSON.stringify(results), { parser: 'json', printWidth: 110 }));
}

/** Takes newly measured seeds in; those measured with other settings before are dropped with them. */
export function mergeRow({ rows }: LearningResults, measured: RowResult): LearningResults {
  const earlier = rows.find(({ name }) => name === measured.name);
  const others = rows.filter(({ name }) => name !== measured.name);
  const kept =
    earlier !== undefined && isDeepStrictEqual(earlier.settings, measured.settings)
      ? earlier.seeds.filter(({ seed }) => !measured.seeds.some((result) => result.seed === seed))
      : [];
  if (earlier === undefined || kept.length === 0) return { rows: [...others, measured] };
  const machines = new Set([...earlier.machine.split('; '), measured.machine]);
  const seeds = [...kept, ...measured.seeds].sort((a, b) => a.seed - b.seed);
  return { rows: [...others, { ...measured, machine: [...machines].join('; '), seeds }] };
}
