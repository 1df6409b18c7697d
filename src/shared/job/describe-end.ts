// Text about the end of training: the job reached its target, ran out of a budget, or did not get better any more.
import { movingAverageEpisodes, type StopLimit, type TrainingFigures } from './job.ts';
import type { JobSpec } from './job-spec.ts';

const budgets: Record<Extract<StopLimit, 'maxSteps' | 'maxEpisodes' | 'maxSeconds'>, string> = {
  maxSteps: 'steps',
  maxEpisodes: 'episodes',
  maxSeconds: 'time',
};

/** Describes in one clause the limit that ended a run with these last metrics. */
export function describeEnd(
  limit: StopLimit,
  stop: JobSpec['stop'],
  figures: Pick<TrainingFigures, 'progress' | 'reward'>,
): string {
  const average = describeAverage(figures);
  if (limit === 'targetReward') return `reached its target: ${average}, targetReward ${stop.targetReward}`;
  if (limit === 'noImprovement') return describePlateau(stop.noImprovement, figures);
  if (limit === 'collapse') return describeCollapse(stop.collapse, average);
  const budget = `${budgets[limit]} (${limit} ${stop[limit]})`;
  if (stop.targetReward === null) return `used all its ${budget}; it had no target`;
  return `ran out of ${budget} before its target: ${average}, targetReward ${stop.targetReward}`;
}

function describePlateau(
  limit: JobSpec['stop']['noImprovement'],
  { reward: { best } }: Pick<TrainingFigures, 'reward'>,
): string {
  const { evaluations = 0, delta = 0 } = limit ?? {};
  const gain = delta === 0 ? '' : ` by more than ${delta}`;
  const found = best === null ? '' : `; best evaluation ${Number(best.toFixed(2))}`;
  return `stopped on a plateau: no improvement${gain} in ${evaluations} evaluations${found}`;
}

function describeCollapse(limit: JobSpec['stop']['collapse'], average: string): string {
  const share = Math.round((limit?.fraction ?? 0) * 100);
  return `stopped after a collapse: ${average}, which has lost ${share} % or more of its gain; the best model is kept`;
}

function describeAverage({
  progress: { episodes },
  reward: { movingAverage },
}: Pick<TrainingFigures, 'progress' | 'reward'>): string {
  if (movingAverage === null) return 'no episode ended';
  const average = `moving average ${Number(movingAverage.toFixed(2))}`;
  return episodes < movingAverageEpisodes ? `${average} of only ${episodes} episodes` : average;
}
