// Choice of the engine of a job on this machine.
import {
  kernelChoice,
  resolveEngineName,
  tfjsBackends,
  type EngineChoice,
  type EngineRequest,
  type TfjsBackend,
} from '../../shared/engines/engine-choice.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import {
  probeNativeBackend,
  quietTensorFlow,
  type NativeProbe,
} from '../../shared/native-backend/probe-native-backend.ts';
import { chooseIncluded } from './choose-included.ts';

/** Environment variable that asks for a backend of TensorFlow.js. */
export const backendVariable = 'A3C_TFJS_BACKEND';

/** The environment variable names a backend that does not exist. */
export class UnknownBackendError extends AppError {
  readonly code = 'UNKNOWN_BACKEND';
}

/** The environment variable names a backend that does not work here. */
export class BackendMissingError extends AppError {
  readonly code = 'BACKEND_MISSING';
}

/**
 * Chooses the best engine that works here. `wanted` is the value of the environment variable, if it is set. Throws
 * UnknownBackendError or BackendMissingError.
 */
export async function chooseEngine(
  request: EngineRequest,
  wanted: string | undefined,
  probe: () => Promise<NativeProbe> = probeNativeBackend,
): Promise<EngineChoice> {
  if (resolveEngineName(request) === 'wasm') return kernelChoice;
  const backend = wanted === undefined ? null : parseBackend(wanted);
  if (backend === 'wasm' || backend === 'cpu')
    return { name: 'tfjs', backend, reason: `${backendVariable} asks for it` };
  const native = await probe();
  if (native.backend) return takeNative(native.backend.module, native.reason);
  if (backend !== null)
    throw new BackendMissingError(
      `${backendVariable} asks for ${backend}, but ${native.reason ?? 'it is missing'}`,
    );
  return chooseIncluded(request, native.reason);
}

function takeNative(module: string, reason: string | null): EngineChoice {
  // Threads share the environment of their process, which TensorFlow reads when the first of them loads it.
  Object.assign(process.env, quietTensorFlow);
  return { name: 'tfjs', backend: 'tensorflow', reason, module };
}

function parseBackend(wanted: string): TfjsBackend {
  const backend = tfjsBackends.find((name) => name === wanted);
  if (backend) return backend;
  throw new UnknownBackendError(`${backendVariable} is "${wanted}"; it can be ${tfjsBackends.join(', ')}`);
}
