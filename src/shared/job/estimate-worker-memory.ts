// How much memory a worker takes, to refuse a job before it fails. Kernels address 4 GiB; the limit stays well below.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { KernelMemoryPlan } from '../engines/wasm/kernels/kernel-memory.ts';
import { ActorCriticNetwork } from '../engines/wasm/network/actor-critic-network.ts';
import { DeterministicActorCriticNetwork } from '../engines/wasm/network/deterministic-actor-critic-network.ts';
import { createPolicy } from '../engines/wasm/policy/create-policy.ts';
import { describeNetwork } from '../policy/describe-network.ts';
import { flatSize } from '../spaces/space.ts';
import type { JobSpec } from './job-spec.ts';

export const maxWorkerMemoryBytes = 2 ** 31;

export interface WorkerMemory {
  /** Parameters, their gradient and the copies kernels read. */
  readonly networkBytes: number;
  /** What a rollout remembers: observations, and of each unit its output and gradient. */
  readonly rolloutBytes: number;
  /** What a replay buffer holds once it is full. */
  readonly replayBytes: number;
}

/** Numbers of a rollout's row outside the kernels' memory: reward, end, final row and an episode's return and length. */
const rowBytes = 25;

export function estimateWorkerMemory(spec: JobSpec, definition: EnvironmentDefinition): WorkerMemory {
  const { ddpg, environmentsPerWorker } = spec;
  const networkBytes = countKernelBytes(spec, definition, { rows: 0, environments: 0, batch: 0 });
  const rows = countRows(spec, definition);
  const allBytes = countKernelBytes(spec, definition, {
    rows,
    environments: environmentsPerWorker,
    batch: ddpg?.batchSize ?? 0,
  });
  const observationSize = flatSize(definition.observationSpace);
  const transitionSize = 2 * observationSize + flatSize(definition.actionSpace) + 2;
  return {
    networkBytes,
    rolloutBytes: allBytes - networkBytes + rows * rowBytes,
    replayBytes: ddpg === null ? 0 : 4 * ddpg.replaySize * transitionSize,
  };
}

/** Kernel memory of the policy alone, for `rows` rows at a time. */
export function estimatePolicyMemory(spec: JobSpec, definition: EnvironmentDefinition, rows: number): number {
  return countKernelBytes(spec, definition, { rows, environments: 0, batch: rows });
}

interface KernelRows {
  readonly rows: number;
  readonly environments: number;
  /** Replayed transitions computed at a time. */
  readonly batch: number;
}

/** What a loss reads of a row: advantage, return, log-probability, both of before, and the slope of the surrogate. */
const lossRowNumbers = 6;

/** Reserves what a worker reserves, without making the memory. */
function countKernelBytes(
  spec: JobSpec,
  definition: EnvironmentDefinition,
  { rows, environments, batch }: KernelRows,
): number {
  const plan = new KernelMemoryPlan();
  const shape = describeNetwork(spec, definition);
  const policy = { spec: spec.policy, spaces: definition, hasMask: definition.hasActionMask, environments };
  if (spec.ddpg === null) {
    const network = new ActorCriticNetwork(plan, shape, rows, environments);
    createPolicy(plan, { ...policy, network, capacity: rows });
    for (let count = 0; count < lossRowNumbers; count += 1) plan.reserve(rows);
    if (spec.ppo !== null) {
      // A second model learns from one minibatch at a time.
      const part = Math.ceil(rows / spec.ppo.minibatches);
      const learning = new ActorCriticNetwork(plan, shape, part, environments);
      createPolicy(plan, { ...policy, network: learning, capacity: part });
      for (let count = 0; count < lossRowNumbers; count += 1) plan.reserve(part);
    }
  } else {
    const capacity = rows + batch;
    const network = new DeterministicActorCriticNetwork(plan, shape, { actor: capacity, critic: batch });
    new DeterministicActorCriticNetwork(plan, shape, { actor: batch, critic: batch });
    createPolicy(plan, { ...policy, network, capacity });
  }
  return plan.bytes;
}

/** Rows that are acted on, those that follow the last step, and those of the ends of episodes that are cut off. */
function countRows(
  { rolloutLength, environmentsPerWorker }: JobSpec,
  { truncatesItself, maxEpisodeSteps }: EnvironmentDefinition,
): number {
  const cutsAtLimit = maxEpisodeSteps === null ? 0 : Math.ceil(rolloutLength / maxEpisodeSteps);
  const cuts = truncatesItself === true ? rolloutLength : cutsAtLimit;
  return (rolloutLength + 1 + cuts) * environmentsPerWorker;
}
