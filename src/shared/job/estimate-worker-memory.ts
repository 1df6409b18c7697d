// How much memory a worker takes, to refuse a job before it fails. Kernels address 4 GiB; their regions are not all
// counted here, so the limit stays well below.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { NetworkSpec } from '../network/network-spec.ts';
import { createParameterLayout } from '../parameters/parameter-layout.ts';
import { describeNetwork } from '../policy/describe-network.ts';
import type { JobSpec } from './job-spec.ts';

export const maxWorkerMemoryBytes = 2 ** 31;

export interface WorkerMemory {
  /** Parameters, their gradient and the copies kernels read. */
  readonly networkBytes: number;
  /** What a rollout remembers: observations, and of each unit its output and gradient. */
  readonly rolloutBytes: number;
}

export function estimateWorkerMemory(spec: JobSpec, definition: EnvironmentDefinition): WorkerMemory {
  const { network, rolloutLength, environmentsPerWorker } = spec;
  const shape = describeNetwork(spec, definition);
  const { observationSize, policyOutputs } = shape;
  const parameters = createParameterLayout(shape).size;
  const rows = (rolloutLength + 1) * environmentsPerWorker;
  const rowSize = observationSize + 2 * (countHiddenUnits(network) + policyOutputs + 1);
  return { networkBytes: 4 * 3 * parameters, rolloutBytes: 4 * rows * rowSize };
}

function countHiddenUnits({ shared, layers, valueLayers }: NetworkSpec): number {
  const towers = shared ? [layers] : [layers, valueLayers ?? layers];
  return towers.flat().reduce((sum, { units }) => sum + units, 0);
}
