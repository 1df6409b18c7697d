// Text about the end of training: the job reached its target or ran out of a budget.
import { movingAverageEpisodes, type StopLimit, type TrainingFigures } from './job.ts';
import type { JobSpec } from './job-spec.ts';

const budgets: Record<Exclude<StopLimit, 'targetReward'>, string> = {
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
  const budget = `${budgets[limit]} (${limit} ${stop[limit]})`;
  if (stop.targetReward === null) return `used all its ${budget}; it had no target`;
  return `ran out of ${budget} before its target: ${average}, targetReward ${stop.targetReward}`;
}

function describeAverage({
  progress: { episodes },
  reward: { movingAverage },
}: Pick<TrainingFigures, 'progress' | 'reward'>): string {
  if (movingAverage === null) return 'no episode ended';
  const average = `moving average ${Number(movingAverage.toFixed(2))}`;
  return episodes < movingAverageEpisodes ? `${average} of only ${episodes} episodes` : average;
}
