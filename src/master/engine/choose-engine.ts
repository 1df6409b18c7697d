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

/** `wanted` is the value of the environment variable, if it is set. Throws UnknownBackendError. */
export function chooseEngine(request: EngineRequest, wanted: string | undefined): EngineChoice {
  if (resolveEngineName(request) === 'wasm') return kernelChoice;
  const [best] = tfjsBackends;
  const able = request.network.modelDescription?.backend ?? best;
  if (wanted === undefined || wanted === best) {
    const reason = able === best ? null : `the ${best} backend cannot differentiate this model`;
    return { name: 'tfjs', backend: able, reason };
  }
  const backend = tfjsBackends.find((name) => name === wanted);
  if (!backend)
    throw new UnknownBackendError(
      `${backendVariable} is "${wanted}"; it can be ${tfjsBackends.join(' or ')}`,
    );
  return { name: 'tfjs', backend, reason: `${backendVariable} asks for it` };
}
