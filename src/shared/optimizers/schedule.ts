// Schedules: what changes over the course of a job, by its share of stop.maxSteps.
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
      return 1 - measureProgress(stop, steps);
    default:
      return assertNever(optimizer.schedule);
  }
}

/** Share of stop.maxSteps after `steps` steps, from 0 to 1; 0 for a job without that limit. */
export function measureProgress({ maxSteps }: Pick<JobSpec['stop'], 'maxSteps'>, steps: number): number {
  return maxSteps === null ? 0 : Math.min(1, steps / maxSteps);
}

/** A setting that changes linearly from its initial to its final value, or stays where `final` is null. */
export function interpolate(initial: number, final: number | null, progress: number): number {
  return final === null ? initial : initial + (final - initial) * progress;
}

/** The norm that gradients are shortened to at a share `progress` of the job's steps; null: any. */
export function scheduleMaxNorm(
  { maxGradientNorm, finalMaxGradientNorm }: Pick<JobSpec, 'maxGradientNorm' | 'finalMaxGradientNorm'>,
  progress: number,
): number | null {
  return maxGradientNorm === null ? null : interpolate(maxGradientNorm, finalMaxGradientNorm, progress);
}
