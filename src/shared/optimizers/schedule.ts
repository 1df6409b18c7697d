// Learning-rate schedules.
import { assertNever } from '../errors/assert-never.ts';
import type { JobSpec } from '../job/job-spec.ts';

/** Factor on every learning rate after `steps` environment steps. */
export function learningRateFactor(
  { optimizer, stop }: Pick<JobSpec, 'optimizer' | 'stop'>,
  steps: number,
): number {
  switch (optimizer.schedule) {
    case 'constant':
      return 1;
    case 'linear':
      return stop.maxSteps === null ? 1 : Math.max(0, 1 - steps / stop.maxSteps);
    default:
      return assertNever(optimizer.schedule);
  }
}
