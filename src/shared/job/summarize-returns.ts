// Scores of evaluations.
import type { EvaluationResult } from './job.ts';

/**
 * Computes mean, spread and extremes of returns, of which there must be one or more; `steps` is the number of training
 * steps of the policy.
 */
export function summarizeReturns(returns: readonly number[], steps: number): EvaluationResult {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
  return {
    mean,
    standardDeviation: Math.sqrt(variance),
    min: Math.min(...returns),
    max: Math.max(...returns),
    episodes: returns.length,
    steps,
  };
}
