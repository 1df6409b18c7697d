// Estimate of a worker's memory, to refuse a job before it fails. Kernels address 4 GiB; the limit is well below
// that.
import type { ReplaySize } from '../algorithms/algorithm-record.ts';
import { findAlgorithm, readSettings } from '../algorithms/algorithms.ts';
import { describeNetwork } from '../algorithms/describe-network.ts';
import { countModelBytes } from '../engines/count-model-bytes.ts';
import { resolveEngineName } from '../engines/engine-choice.ts';
import type { ModelNetwork, ModelSize } from '../engines/model-size.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { flatSize } from '../spaces/space.ts';
import type { JobSpec } from './job-spec.ts';

export const maxWorkerMemoryBytes = 2 ** 31;

export interface WorkerMemory {
  /** Parameters, their gradient and the copies that kernels read. */
  readonly networkBytes: number;
  /** Rollout: observations, and the output and gradient of each unit. */
  readonly rolloutBytes: number;
  /** Full replay buffer. */
  readonly replayBytes: number;
  readonly replaySize: ReplaySize | null;
}

/** Bytes of a rollout row outside the kernels' memory: reward, end, final row, and an episode's return and length. */
const rowBytes = 25;

export function estimateWorkerMemory(spec: JobSpec, definition: EnvironmentDefinition): WorkerMemory {
  const { environmentsPerWorker: environments } = spec;
  const record = findAlgorithm(spec.algorithm);
  const settings = readSettings(spec, record);
  const rows = countRows(spec, definition);
  const network = describeModelNetwork(spec, definition);
  const engine = resolveEngineName(spec);
  const models = record.listModels(spec, settings, { rows, environments });
  const networkBytes = countModelBytes(engine, network, models.map(empty));
  const observationSize = flatSize(definition.observationSpace);
  const transitionSize = 2 * observationSize + flatSize(definition.actionSpace) + 2;
  const replaySize = record.measureReplay(settings);
  return {
    networkBytes,
    rolloutBytes: countModelBytes(engine, network, models) - networkBytes + rows * rowBytes,
    replayBytes: 4 * (replaySize?.transitions ?? 0) * transitionSize,
    replaySize,
  };
}

/** Estimates the memory of a policy that acts on `rows` rows at a time. */
export function estimatePolicyMemory(spec: JobSpec, definition: EnvironmentDefinition, rows: number): number {
  const record = findAlgorithm(spec.algorithm);
  const [model] = record.listModels(spec, readSettings(spec, record), { rows, environments: 0 });
  return model
    ? countModelBytes(resolveEngineName(spec), describeModelNetwork(spec, definition), [model])
    : 0;
}

function describeModelNetwork(spec: JobSpec, definition: EnvironmentDefinition): ModelNetwork {
  return {
    shape: describeNetwork(spec, definition),
    policy: spec.policy,
    spaces: definition,
    hasActionMask: definition.hasActionMask,
  };
}

/** The same model without rows, so that only its network remains. */
function empty(model: ModelSize): ModelSize {
  return model.type === 'actorCritic'
    ? { ...model, capacity: 0, lossRows: 0, environments: 0 }
    : { ...model, capacity: 0, batchSize: 0 };
}

/** Counts rows to act on, rows after the last step, and rows of truncated episodes' final observations. */
function countRows(
  { rolloutLength, environmentsPerWorker }: JobSpec,
  { truncatesItself, maxEpisodeSteps }: EnvironmentDefinition,
): number {
  const cutsAtLimit = maxEpisodeSteps === null ? 0 : Math.ceil(rolloutLength / maxEpisodeSteps);
  const cuts = truncatesItself === true ? rolloutLength : cutsAtLimit;
  return (rolloutLength + 1 + cuts) * environmentsPerWorker;
}
