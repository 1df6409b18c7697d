// How much memory a whole job takes at its most: its process, every worker, the evaluation beside them, and a checkpoint
// that is being written.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { createParameterLayout } from '../network/parameter-layout.ts';
import { describeNetwork } from '../algorithms/describe-network.ts';
import { countBuffersPerWorker } from './count-buffers.ts';
import { flatSize } from '../spaces/space.ts';
import { estimatePolicyMemory, estimateWorkerMemory } from './estimate-worker-memory.ts';
import type { JobSpec } from './job-spec.ts';

export interface JobMemory {
  /** One worker with all that is its own. */
  readonly workerBytes: number;
  /** The process, its parameters and their optimizer, and one evaluation. */
  readonly masterBytes: number;
  /** What all workers remember, on its way to the disk. */
  readonly checkpointBytes: number;
  readonly totalBytes: number;
}

const mebibyte = 2 ** 20;
/** Node with its modules, and each thread with its own, as measured on jobs whose networks take nothing. */
const processBytes = 120 * mebibyte;
const threadBytes = 24 * mebibyte;
/**
 * A parameter in the master: itself, gradient, summand and two moments; two slots of the board; copies for an evaluation,
 * the best model and the models that are written; and five more for a checkpoint.
 */
const masterCopies = 16;
/**
 * A worker's state in a checkpoint: as it was sent, encoded, and read back from the checkpoint before to see whether that
 * is sound; and as much again that the collector has not noticed yet.
 */
const checkpointCopies = 6;
/** Rows of observations that an environment and the wrappers around it keep. */
const environmentRows = 8;

export function estimateJobMemory(spec: JobSpec, definition: EnvironmentDefinition): JobMemory {
  const { workers, environmentsPerWorker, evaluation } = spec;
  const { networkBytes, rolloutBytes, replayBytes, replaySize } = estimateWorkerMemory(spec, definition);
  const parameterBytes = 4 * createParameterLayout(describeNetwork(spec, definition)).size;
  const observationBytes = 4 * flatSize(definition.observationSpace);
  const environmentBytes = environmentRows * observationBytes;
  const workerBytes =
    threadBytes +
    networkBytes +
    rolloutBytes +
    replayBytes +
    countBuffersPerWorker(spec) * parameterBytes +
    environmentsPerWorker * environmentBytes;
  const masterBytes =
    processBytes +
    masterCopies * parameterBytes +
    threadBytes +
    estimatePolicyMemory(spec, definition, evaluation.episodes) +
    evaluation.episodes * environmentBytes;
  // Targets and replayed transitions; of the other algorithms, recurrent states at most.
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
