// Report of the learning results, docs/learning-results.md: one line per row, then each row seed by seed.
import { summarize } from '../statistics.ts';
import { defaultJudgeEpisodes } from './measure-seed.ts';
import type { RowResult, SeedResult } from './results.ts';
import { describeAlgorithm, describeTarget, type LearningRow, type Target } from './rows.ts';

export interface ReportedRow {
  readonly row: LearningRow;
  /** Null for a row that was never measured. */
  readonly result: RowResult | null;
  /** What is missing for the row to be measured now, or what has changed since it was; null for nothing. */
  readonly remark: string | null;
}

/** Whether a seed has reached its target within the budget. */
export function isReached(target: Target, { bestMean, lastMean, distribution }: SeedResult): boolean {
  switch (target.type) {
    case 'greedyMean':
      return (target.parameters === 'best' ? bestMean : lastMean) >= target.atLeast;
    case 'normalDistribution':
      return (
        distribution !== null &&
        Math.abs(distribution.mean - target.mean) <= target.tolerance &&
        distribution.standardDeviation < target.standardDeviationBelow
      );
  }
}

/** "9 of 10", or a dash without a target. */
export function countReached(target: Target | null, seeds: readonly SeedResult[]): string {
  if (target === null) return '–';
  return `${seeds.filter((seed) => isReached(target, seed)).length} of ${seeds.length}`;
}

export function renderReport(rows: readonly ReportedRow[]): string {
  return [
    '# Learning results',
    '`npm run learning` writes this page. It trains every row below with its seeds (1, 2, 3 …) and the shipped preset. ' +
      '`npm run learning -- Acrobot-v1 --seeds 3` trains only the rows of one environment and keeps the results of the ' +
      'others. `npm run learning -- --render` only writes this page again. The raw results are in ' +
      '`bench/learning-results.json`.',
    'Runs use their whole budget of steps, even after they reach their target. Means are over ' +
      `${defaultJudgeEpisodes} fresh greedy episodes, or as many as the row says. Their seeds are not used in training. “Best” uses the parameters of the ` +
      'best evaluation within the budget, “at the end” those at the end of the budget. Steps to the target are the ' +
      'steps of the first evaluation during training that reached it; these evaluations play fewer episodes and are ' +
      'thousands of steps apart. Values over seeds are medians, with the lowest and highest in brackets. Seconds ' +
      'depend on the other load of the machine.',
    renderSummary(rows),
    ...rows.flatMap(({ row, result, remark }) => (result ? [renderRow(row, result, remark)] : [])),
  ].join('\n\n');
}

function renderSummary(rows: readonly ReportedRow[]): string {
  const lines = rows.map(({ row, result, remark }) => {
    const head = `| ${row.environment} | ${describeAlgorithm(row)} | ${describeTarget(row.target)} |`;
    if (result === null) return `${head} ${formatSteps(row.maxSteps)} | ${remark ?? 'not measured'} | | | |`;
    const { seeds } = result;
    const cells = [
      formatSteps(readMaxSteps(result)),
      countReached(row.target, seeds),
      formatSpread(seeds.map(({ bestMean }) => bestMean)),
      formatSpread(seeds.map(({ lastMean }) => lastMean)),
      summarize(seeds.map(({ seconds }) => seconds)).median.toFixed(1),
    ];
    return `${head} ${cells.join(' | ')} |`;
  });
  return [
    '| environment | algorithm | target | steps | reached | best | at the end | seconds |',
    '|---|---|---|---:|---|---|---|---:|',
    ...lines,
  ].join('\n');
}

function renderRow(row: LearningRow, result: RowResult, remark: string | null): string {
  const { name, environment, target, judgeEpisodes } = row;
  const title = `${environment}, ${describeAlgorithm(row)}, ${formatSteps(readMaxSteps(result))} steps`;
  const hasDistribution = target?.type === 'normalDistribution';
  const lines = result.seeds.map((seed) => {
    const { stepsToTarget, bestMean, lastMean, distribution, seconds } = seed;
    const cells = [
      seed.seed,
      stepsToTarget === null ? '–' : formatSteps(stepsToTarget),
      formatNumber(bestMean),
      formatNumber(lastMean),
      ...(hasDistribution
        ? [`${distribution?.mean.toFixed(3) ?? '–'} | ${distribution?.standardDeviation.toFixed(3) ?? '–'}`]
        : []),
      seconds.toFixed(2),
      target === null ? '–' : isReached(target, seed) ? 'yes' : 'no',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `## ${title}`,
    `Target: ${describeTarget(target)}; reached by ${countReached(target, result.seeds)}. Measured on ${result.measuredAt} ` +
      `(${result.machine}).${judgeEpisodes === undefined ? '' : ` Judged by ${judgeEpisodes} episodes.`}` +
      (remark === null ? '' : ` Note: ${remark}.`),
    `![Learning curves of ${title}](learning/${name}.svg)`,
    [
      `| seed | steps to target | best | at the end |${hasDistribution ? ' μ | σ |' : ''} seconds | reached |`,
      `|---:|---:|---:|---:|${hasDistribution ? '---:|---:|' : ''}---:|---|`,
      ...lines,
    ].join('\n'),
  ].join('\n\n');
}

/** The budget that a result was measured with. */
export function readMaxSteps({ settings }: RowResult): number | null {
  const { stop } = settings;
  return typeof stop === 'object' && stop !== null && 'maxSteps' in stop && typeof stop.maxSteps === 'number'
    ? stop.maxSteps
    : null;
}

function formatSteps(steps: number | null): string {
  return steps === null ? '–' : steps.toLocaleString('en-US');
}

function formatSpread(values: readonly number[]): string {
  const { median, min, max } = summarize(values);
  return `${formatNumber(median)} (${formatNumber(min)} … ${formatNumber(max)})`;
}

function formatNumber(value: number): string {
  return value.toFixed(1).replace('-', '−');
}
