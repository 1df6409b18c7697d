// When a running job will reach its limit, if it goes on as before.
import type { TrainingFigures } from './job.ts';

/** `now` is in milliseconds since 1970. Null if nothing can be said yet. */
export function estimateFinish(
  { fraction, elapsedSeconds }: Pick<TrainingFigures['progress'], 'fraction' | 'elapsedSeconds'>,
  now: number,
): string | null {
  if (fraction <= 0) return null;
  const finish = new Date(now + (elapsedSeconds / fraction - elapsedSeconds) * 1000);
  return Number.isNaN(finish.getTime()) ? null : finish.toISOString();
}
