// Estimate of a job's peak memory: its process, every worker, an evaluation beside them, and a checkpoint that is
// being written.
import { resolveEngineName, type EngineName } from '../engines/engine-choice.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { createParameterLayout } from '../network/parameter-layout.ts';
import { describeNetwork } from '../algorithms/describe-network.ts';
import { countBuffersPerWorker } from './count-buffers.ts';
import { flatSize } from '../spaces/space.ts';
import { estimatePolicyMemory, estimateWorkerMemory } from './estimate-worker-memory.ts';
import type { JobSpec } from './job-spec.ts';

export interface JobMemory {
  /** One worker and everything it owns. */
  readonly workerBytes: number;
  /** The process, its parameters, the optimizer, and one evaluation. */
  readonly masterBytes: number;
  /** The states of all workers while a checkpoint is written. */
  readonly checkpointBytes: number;
  readonly totalBytes: number;
}

const mebibyte = 2 ** 20;
/** Node with its modules, and each thread with its own, measured on jobs with tiny networks. */
const processBytes = 120 * mebibyte;
const threadBytes: Readonly<Record<EngineName, number>> = {
  wasm: 24 * mebibyte,
  // Measured: 68 with the backends that are always there, 88 with tensorflow.
  tfjs: 90 * mebibyte,
};
/**
 * Copies of a parameter in the master: itself, gradient, summand and two moments; two slots of the board; copies for
 * an evaluation, the best model and the models that are written; and five more for a checkpoint.
 */
const masterCopies = 16;
/**
 * Copies of a worker's state for a checkpoint: as sent, encoded, and read back from the previous checkpoint to check
 * it; and the same again that the garbage collector has not freed yet.
 */
const checkpointCopies = 6;
/** Rows of observations that an environment and its wrappers keep. */
const environmentRows = 8;

export function estimateJobMemory(spec: JobSpec, definition: EnvironmentDefinition): JobMemory {
  const { workers, environmentsPerWorker, evaluation } = spec;
  const { networkBytes, rolloutBytes, replayBytes, replaySize } = estimateWorkerMemory(spec, definition);
  const parameterBytes = 4 * createParameterLayout(describeNetwork(spec, definition)).size;
  const observationBytes = 4 * flatSize(definition.observationSpace);
  const environmentBytes = environmentRows * observationBytes;
  // Played side by side; those of a confirmation follow the others.
  const evaluatedEpisodes = Math.max(evaluation.episodes, evaluation.confirmationEpisodes);
  const ownBytes = threadBytes[resolveEngineName(spec)];
  const workerBytes =
    ownBytes +
    networkBytes +
    rolloutBytes +
    replayBytes +
    countBuffersPerWorker(spec) * parameterBytes +
    environmentsPerWorker * environmentBytes;
  const masterBytes =
    processBytes +
    masterCopies * parameterBytes +
    ownBytes +
    estimatePolicyMemory(spec, definition, evaluatedEpisodes) +
    evaluatedEpisodes * environmentBytes;
  // Target networks and replay buffer; for the other algorithms, at most recurrent states.
  const stateBytes =
    (replaySize === null ? 0 : replayBytes + parameterBytes) + environmentsPerWorker * observationBytes;
  const checkpointBytes = checkpointCopies * workers * stateBytes;
  return {
    workerBytes,
    masterBytes,
    checkpointBytes,
    totalBytes: workers * workerBytes + masterBytes + checkpointBytes,
  };
}
