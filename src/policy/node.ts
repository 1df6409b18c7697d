// `a3c-server/policy` in Node.
import { compileKernels } from '../shared/engines/wasm/compile-kernels.ts';
import { createLoadPolicy } from './load-policy.ts';
import { readLocalModel } from './source/read-local-model.ts';

/**
 * Loads a policy. Throws ModelUnavailableError if its files cannot be found or fetched, InvalidModelError or
 * CorruptArtifactError if they are no valid model.
 */
export const loadPolicy = createLoadPolicy({
  loadKernels: async () => compileKernels(),
  readLocal: readLocalModel,
  backend: 'wasm',
});

export type { LoadPolicyOptions, ModelSource } from './load-policy.ts';
export type {
  ActionMask,
  Inspection,
  Policy,
  PolicyAction,
  PolicyState,
  PredictOptions,
  Prediction,
} from './policy.ts';
export { ModelUnavailableError, PredictionInputError } from './policy-errors.ts';
export { InvalidModelError } from '../shared/model-format/invalid-model-error.ts';
export { Random } from '../shared/random/random.ts';
