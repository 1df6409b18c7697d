// A comparison as text and as JSON.
import type { ScoreSummary } from '../../shared/statistics/summarize-scores.ts';
import { formatTable } from '../format-table.ts';
import { drawCurve, findFrame } from '../jobs/draw-curve.ts';
import { formatCount, formatDuration, formatNumber } from '../training/format-metrics.ts';
import type { ComparedRun } from './compared-run.ts';
import type { ComparedGroup, Comparison } from './compare-runs.ts';

const picture = { columns: 78, rows: 6 };
/** Of a setting; layers are long. */
const maxValueLength = 40;

export function formatComparison({ groups, differences }: Comparison): string {
  const curves = groups.filter(({ curve }) => curve.length > 0);
  const frame = findFrame(curves.map(({ curve }) => curve));
  return [
    formatRuns(groups),
    formatResults(groups),
    formatDifferences(groups, differences),
    ...curves.map((group) =>
      [nameCurve(group), ...drawCurve(group.curve, { ...picture, frame }), describeSteps(group)].join('\n'),
    ),
  ].join('\n\n');
}

function formatRuns(groups: readonly ComparedGroup[]): string {
  const header = ['GROUP', 'RUN', 'NAME', 'STATE', 'SEED', 'AVERAGE', 'BEST', 'STEPS', 'TIME'];
  const rows = groups.flatMap(({ letter, runs }) => runs.map((run) => [letter, ...describeRun(run)]));
  return formatTable([header, ...rows]);
}

function describeRun(run: ComparedRun): string[] {
  return [
    run.id,
    run.name ?? '',
    run.state,
    String(run.spec.seed),
    formatNumber(run.movingAverage),
    formatNumber(run.bestEvaluation),
    run.steps === null ? '-' : formatCount(run.steps),
    run.elapsedSeconds === null ? '-' : formatDuration(run.elapsedSeconds),
  ];
}

function formatResults(groups: readonly ComparedGroup[]): string {
  const header = ['GROUP', 'SETTINGS', 'AVERAGE', '95 % INTERVAL', 'BEST', '95 % INTERVAL'];
  const rows = groups.map(({ letter, label, movingAverage, bestEvaluation }) => [
    letter,
    label,
    ...formatScore(movingAverage),
    ...formatScore(bestEvaluation),
  ]);
  return `Interquartile means of the runs of each group\n${formatTable([header, ...rows])}`;
}

/** Without several runs there is no interval. */
function formatScore({ mean, interval }: ScoreSummary): [string, string] {
  return [
    formatNumber(mean),
    interval === null ? '-' : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`,
  ];
}

function formatDifferences(groups: readonly ComparedGroup[], differences: Comparison['differences']): string {
  if (groups.length < 2) return 'All runs have the same settings';
  const header = ['SETTING', ...groups.map(({ letter }) => letter)];
  const rows = differences.map(({ path, values }) => [path, ...values.map(cut)]);
  return `Settings that differ\n${formatTable([header, ...rows])}`;
}

function cut(value: string): string {
  if (value === '') return '-';
  return value.length > maxValueLength ? `${value.slice(0, maxValueLength - 1)}…` : value;
}

/** Old directories have no curve. */
function nameCurve({ letter, runs }: ComparedGroup): string {
  const count = runs.filter(({ curve }) => curve.length > 0).length;
  return `${letter}: moving average${count === 1 ? '' : `, mean of ${count} runs`}`;
}

function describeSteps({ curve }: ComparedGroup): string {
  return `${' '.repeat(4)}to step ${formatCount(curve.at(-1)?.x ?? 0)}`;
}

/** The comparison as one object. */
export function toJson({ groups, differences }: Comparison): object {
  return {
    groups: groups.map(({ letter, label, runs, movingAverage, bestEvaluation }) => ({
      group: letter,
      label,
      movingAverage,
      bestEvaluation,
      runs: runs.map(({ spec, curve, ...run }) => ({
        ...run,
        environment: spec.environment,
        seed: spec.seed,
        curve: curve.map(({ x, y }) => ({ steps: x, movingAverage: y })),
      })),
    })),
    differences: differences.map(({ path, values }) => ({
      path,
      values: values.map((value): unknown => (value === '' ? undefined : JSON.parse(value)) ?? null),
    })),
  };
}
