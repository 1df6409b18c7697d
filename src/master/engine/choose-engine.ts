// Choice of the engine of a job on this machine.
import {
  kernelChoice,
  resolveEngineName,
  tfjsBackends,
  type EngineChoice,
  type EngineRequest,
} from '../../shared/engines/engine-choice.ts';
import { AppError } from '../../shared/errors/app-error.ts';

/** Environment variable that asks for a backend of TensorFlow.js. */
export const backendVariable = 'A3C_TFJS_BACKEND';

/** The environment variable names a backend that does not exist. */
export class UnknownBackendError extends AppError {
  readonly code = 'UNKNOWN_BACKEND';
}

/** `wanted` is the value of the environment variable. Throws UnknownBackendError. */
export function chooseEngine(request: EngineRequest, wanted = process.env[backendVariable]): EngineChoice {
  if (resolveEngineName(request) === 'wasm') return kernelChoice;
  const [best] = tfjsBackends;
  if (wanted === undefined || wanted === best) return { name: 'tfjs', backend: best, reason: null };
  const backend = tfjsBackends.find((name) => name === wanted);
  if (!backend)
    throw new UnknownBackendError(
      `${backendVariable} is "${wanted}"; it can be ${tfjsBackends.join(' or ')}`,
    );
  return { name: 'tfjs', backend, reason: `${backendVariable} asks for it` };
}
