// npm run learning [-- ENVIRONMENT [ALGORITHM] --seeds N --parallel N]: trains the rows of learning/rows.ts with the
// shipped presets, judges them by fresh greedy episodes and writes docs/learning-results.md with a curve for each row.
// --only 3,4 trains these seeds and keeps the others of the row, so that hours of it can be measured in parts.
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { probeNativeBackend } from '../src/shared/native-backend/probe-native-backend.ts';
import { drawCurves } from './learning/draw-curves.ts';
import { environments } from './learning/open-environment.ts';
import { listSeeds, readCount } from './learning/list-seeds.ts';
import { measureSeed } from './learning/measure-seed.ts';
import { describeSettings, findMissing, hasSettings, planRow } from './learning/plan-row.ts';
import { countReached, readMaxSteps, renderReport, type ReportedRow } from './learning/report.ts';
import { mergeRow, readResults, writeResults, type RowResult, type SeedResult } from './learning/results.ts';
import {
  createUnlistedRow,
  describeAlgorithm,
  describeTarget,
  learningRows,
  type LearningRow,
} from './learning/rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    only: { type: 'string' },
    parallel: { type: 'string', default: '1' },
    render: { type: 'boolean', default: false },
  },
});
const parallel = readCount('--parallel', values.parallel);
const documents = new URL('../docs/', import.meta.url);

/** The rows that the command line names, all without a name; an environment of no row makes one for this run. */
async function selectRows(): Promise<LearningRow[]> {
  const [environment, algorithm] = positionals;
  if (environment === undefined) return [...learningRows];
  const listed = learningRows.filter(
    (row) => row.environment === environment && (algorithm === undefined || row.algorithm === algorithm),
  );
  if (listed.length > 0) return listed;
  const { rewardThreshold } = await environments.resolve(environment);
  return [createUnlistedRow(environment, algorithm ?? 'a3c', rewardThreshold)];
}

async function measureRow(row: LearningRow): Promise<RowResult> {
  const waiting = listSeeds(values, row.seeds);
  const seeds: SeedResult[] = [];
  const runOneByOne = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const result = await measureSeed({ ...(await planRow(row, seed)), ...row });
      seeds.push(result);
      printSeed(result);
    }
  };
  console.log(`\n${row.name}, target: ${describeTarget(row.target)}`);
  await Promise.all(Array.from({ length: parallel }, runOneByOne));
  console.log(`reached by ${countReached(row.target, seeds)}`);
  return {
    name: row.name,
    measuredAt: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${parallel} at a time`,
    settings: describeSettings(await planRow(row, 1)),
    seeds,
  };
}

function printSeed({ seed, stepsToTarget, bestMean, lastMean, distribution, seconds }: SeedResult): void {
  const figures = [
    `steps to target ${stepsToTarget ?? '–'}`,
    `best ${bestMean.toFixed(1)}`,
    `at the end ${lastMean.toFixed(1)}`,
    ...(distribution
      ? [`μ ${distribution.mean.toFixed(3)}, σ ${distribution.standardDeviation.toFixed(3)}`]
      : []),
    `${seconds.toFixed(2)} s`,
  ];
  console.log(`seed ${seed}: ${figures.join(', ')}`);
}

/** Writes the page and the curves from what has been measured so far. */
async function render(results: readonly RowResult[]): Promise<void> {
  const rows = await Promise.all(learningRows.map(async (row) => await reportRow(row, results)));
  const page = await format(renderReport(rows), { parser: 'markdown', printWidth: 110 });
  await writeFile(new URL('learning-results.md', documents), page);
  await mkdir(new URL('learning/', documents), { recursive: true });
  for (const { row, result } of rows) {
    const maxSteps = result && readMaxSteps(result);
    if (!result || maxSteps === null) continue;
    const svg = drawCurves({
      title: `${row.environment}, ${describeAlgorithm(row)}`,
      maxSteps,
      curves: result.seeds.map(({ curve }) => curve),
      target: row.target?.type === 'greedyMean' ? row.target.atLeast : null,
    });
    await writeFile(new URL(`learning/${row.name}.svg`, documents), `${svg}\n`);
  }
}

async function reportRow(row: LearningRow, results: readonly RowResult[]): Promise<ReportedRow> {
  const result = results.find(({ name }) => name === row.name) ?? null;
  const missing = findMissing(row);
  if (result === null || missing !== null) return { row, result, remark: missing };
  // Without its Python, an environment of Gymnasium cannot be looked up, and the row stays as it was measured.
  const planned = await planRow(row, 1).catch(() => null);
  const isCurrent = planned === null || hasSettings(result.settings, planned);
  return { row, result, remark: isCurrent ? null : 'the preset has changed since' };
}

async function findMissingBackend({ backend }: LearningRow): Promise<string | null> {
  if (backend !== 'tensorflow') return null;
  const { backend: native, reason } = await probeNativeBackend();
  return native ? null : reason;
}

let results = await readResults();
for (const row of values.render ? [] : await selectRows()) {
  const isListed = learningRows.includes(row);
  const missing = isListed ? (findMissing(row) ?? (await findMissingBackend(row))) : null;
  if (missing !== null) {
    console.log(`\n${row.name}: ${missing}`);
    continue;
  }
  const measured = await measureRow(row);
  if (!isListed) continue;
  results = mergeRow(results, measured);
  await writeResults(results);
  await render(results.rows);
}
await render(results.rows);
