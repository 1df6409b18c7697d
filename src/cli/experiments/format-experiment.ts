// An experiment and a tuning as text.
import type { Experiment, ExperimentOverview } from '../../shared/api/experiment.ts';
import type { Tuning } from '../../shared/api/tuning.ts';
import { formatTable } from '../format-table.ts';
import { drawCurve, findFrame, type CurvePoint } from '../jobs/draw-curve.ts';
import { formatCount, formatNumber } from '../training/format-metrics.ts';

const picture = { columns: 78, rows: 6 };
const maxTrials = 10;

export function formatOverviews(overviews: readonly ExperimentOverview[]): string {
  if (overviews.length === 0) return 'no experiments';
  const header = ['ID', 'NAME', 'ENVIRONMENT', 'STATE', 'JOBS', 'PROGRESS'];
  const rows = overviews.map(({ id, name, environment, state, jobs, progress }) => [
    id,
    name ?? '',
    environment,
    state,
    String(jobs),
    formatShare(progress),
  ]);
  return formatTable([header, ...rows]);
}

export function formatExperiment(experiment: Experiment): string {
  const { variations, winner, seeds } = experiment;
  const header = ['VARIATION', 'STATE', 'SCORE', '95 % INTERVAL', 'STEPS'];
  const rows = variations.map(({ label, state, score, medianSteps }, index) => [
    winner?.variation === index && variations.length > 1 ? `${label} (best)` : label,
    state,
    formatNumber(score?.interquartileMean ?? null),
    formatInterval(score?.low ?? null, score?.high ?? null),
    medianSteps === null ? '-' : formatCount(medianSteps),
  ]);
  const curves = variations.map(({ label, curve }) => ({ label, points: toPoints(curve) }));
  const frame = findFrame(curves.map(({ points }) => points));
  return [
    `${experiment.name ?? experiment.id}: ${experiment.state}, ${formatShare(experiment.progress)}, ${variations.length} × ${seeds.length} jobs`,
    formatTable([header, ...rows]),
    ...(winner === null || variations.length === 1 ? [] : [describeWinner(winner.isClear)]),
    ...curves
      .filter(({ points }) => points.length > 0)
      .map(({ label, points }) =>
        [`${label}: moving average, mean of the seeds`, ...drawCurve(points, { ...picture, frame })].join(
          '\n',
        ),
      ),
  ].join('\n\n');
}

function describeWinner(isClear: boolean): string {
  return isClear
    ? 'The confidence interval of the best lies above all others.'
    : 'Confidence intervals overlap: more seeds would tell more.';
}

export function formatTuning({ name, id, state, progress, rung, rungs, trials, best }: Tuning): string {
  const header = ['TRIAL', 'RUNG', 'SCORE', 'DEVIATION', 'LOWEST', 'HIGHEST'];
  const rows = trials
    .slice(0, maxTrials)
    .map(({ number, rung: reached, score }) => [
      String(number),
      String(reached + 1),
      formatNumber(score?.mean ?? null),
      formatNumber(score?.standardDeviation ?? null),
      formatNumber(score?.min ?? null),
      formatNumber(score?.max ?? null),
    ]);
  return [
    `${name ?? id}: ${state}, ${formatShare(progress)}, rung ${rung + 1} of ${rungs.length}`,
    formatTable([header, ...rows]),
    ...(best === null ? [] : [`Settings of trial ${best.trial}:\n${JSON.stringify(best.settings, null, 2)}`]),
  ].join('\n\n');
}

function toPoints({ steps, mean }: Experiment['variations'][number]['curve']): CurvePoint[] {
  return steps.flatMap((x, index) => {
    const y = mean[index] ?? null;
    return y === null ? [] : [{ x, y }];
  });
}

function formatInterval(low: number | null, high: number | null): string {
  return low === null || high === null ? '-' : `${formatNumber(low)} to ${formatNumber(high)}`;
}

function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}
