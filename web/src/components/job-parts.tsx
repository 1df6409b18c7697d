// Small parts of views that show a job.
import type { JobOverview } from '../../../src/shared/api/server-status.ts';
import type { JobState } from '../../../src/shared/job/job.ts';
import { formatDuration, formatPercent } from '../format.ts';

const symbols: Readonly<Record<JobState, string>> = {
  queued: '…',
  running: '▶',
  pausing: '⏸',
  paused: '⏸',
  cancelling: '✕',
  succeeded: '✓',
  failed: '!',
  cancelled: '✕',
};

/** State in words and with a sign: colour alone would not be seen by everybody. */
export function StateBadge({ state, endedBy }: Pick<JobOverview, 'state' | 'endedBy'>) {
  // A job that ran out of steps has succeeded too, but is not solved.
  const words = state === 'succeeded' ? (endedBy === 'targetReward' ? 'solved' : 'ended') : state;
  return (
    <span class={`state ${state}`}>
      <span aria-hidden="true">{symbols[state]}</span> {words}
    </span>
  );
}

type Progressing = Pick<JobOverview, 'state' | 'progress'> & {
  readonly estimatedFinishAt?: string | null | undefined;
};

export function ProgressBar({ state, progress, estimatedFinishAt }: Progressing) {
  const left =
    state === 'running' && typeof estimatedFinishAt === 'string'
      ? Math.max(0, (Date.parse(estimatedFinishAt) - Date.now()) / 1000)
      : null;
  return (
    <span class="progress">
      <progress max={1} value={progress} aria-label="Progress" />
      <small>{left === null ? formatPercent(progress) : `${formatDuration(left)} left`}</small>
    </span>
  );
}

export function titleOf({ name, environment }: Pick<JobOverview, 'name' | 'environment'>): string {
  return name ?? environment;
}
