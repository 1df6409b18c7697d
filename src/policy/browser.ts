// `a3c-server/policy` in browsers: everything comes from addresses. No module that it imports needs Node or a package.
import { fetchKernels } from '../shared/engines/wasm/fetch-kernels.ts';
import { createLoadPolicy } from './load-policy.ts';

/**
 * Loads a policy. Throws ModelUnavailableError if its files cannot be fetched, InvalidModelError if they are no valid
 * model, KernelsUnavailableError if the kernels cannot be fetched.
 */
export const loadPolicy = createLoadPolicy({
  loadKernels: fetchKernels,
  readLocal: () => null,
  backend: 'cpu',
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
