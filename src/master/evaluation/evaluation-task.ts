// Entry of an evaluation on a thread of the pool.
import { builtInEnvironments, EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { evaluatePolicy, type EpisodeOutcomes, type EvaluationOptions } from './evaluate-policy.ts';

export interface EvaluationTask extends Omit<EvaluationOptions, 'definition'> {
  readonly environment: string;
}

/** Piscina calls the default export with the task. */
export default function runEvaluation({ environment, ...options }: EvaluationTask): EpisodeOutcomes {
  const definition = new EnvironmentRegistry(builtInEnvironments).get(environment);
  return evaluatePolicy({ ...options, definition });
}
