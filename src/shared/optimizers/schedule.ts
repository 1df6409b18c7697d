// Schedules: settings that change over a job, by its share of stop.maxSteps.
import { assertNever } from '../errors/assert-never.ts';
import type { OptimizerSpec } from './optimizer-spec.ts';

/** Steps that a schedule spans; null: no limit, so nothing changes. */
export interface StepLimit {
  readonly maxSteps: number | null;
}

export interface NormLimits {
  readonly maxGradientNorm: number | null;
  /** The norm changes linearly to this value; null: constant. */
  readonly finalMaxGradientNorm: number | null;
}

/** Returns the factor on every learning rate after `steps` environment steps. */
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

/** Interpolates a setting linearly from its initial to its final value. It stays constant if `final` is null. */
export function interpolate(initial: number, final: number | null, progress: number): number {
  return final === null ? initial : initial + (final - initial) * progress;
}

export interface EntropyCoefficients {
  readonly entropyCoefficient: number;
  /** The coefficient changes linearly to this value; null: constant. */
  readonly finalEntropyCoefficient: number | null;
}

/** Returns the weight of the entropy bonus at a share `progress` of the job's steps. */
export function scheduleEntropy(
  { entropyCoefficient, finalEntropyCoefficient }: EntropyCoefficients,
  progress: number,
): number {
  return interpolate(entropyCoefficient, finalEntropyCoefficient, progress);
}

/** Returns the clipping norm at a share `progress` of the job's steps; null: no clipping. */
export function scheduleMaxNorm(
  { maxGradientNorm, finalMaxGradientNorm }: NormLimits,
  progress: number,
): number | null {
  return maxGradientNorm === null ? null : interpolate(maxGradientNorm, finalMaxGradientNorm, progress);
}
