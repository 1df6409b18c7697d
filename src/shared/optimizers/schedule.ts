// Schedules: what changes over the course of a job, by its share of stop.maxSteps.
import { assertNever } from '../errors/assert-never.ts';
import type { OptimizerSpec } from './optimizer-spec.ts';

/** The steps that a schedule is stretched over; null: there is no end to head for. */
export interface StepLimit {
  readonly maxSteps: number | null;
}

export interface NormLimits {
  readonly maxGradientNorm: number | null;
  /** What the norm changes to, linearly; null: it stays. */
  readonly finalMaxGradientNorm: number | null;
}

/** Factor on every learning rate after `steps` environment steps. */
export function learningRateFactor(
  { optimizer, stop }: { readonly optimizer: OptimizerSpec; readonly stop: StepLimit },
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
export function measureProgress({ maxSteps }: StepLimit, steps: number): number {
  return maxSteps === null ? 0 : Math.min(1, steps / maxSteps);
}

/** A setting that changes linearly from its initial to its final value, or stays where `final` is null. */
export function interpolate(initial: number, final: number | null, progress: number): number {
  return final === null ? initial : initial + (final - initial) * progress;
}

/** The norm that gradients are shortened to at a share `progress` of the job's steps; null: any. */
export function scheduleMaxNorm(
  { maxGradientNorm, finalMaxGradientNorm }: NormLimits,
  progress: number,
): number | null {
  return maxGradientNorm === null ? null : interpolate(maxGradientNorm, finalMaxGradientNorm, progress);
}
