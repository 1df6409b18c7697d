// How much memory a worker takes, to refuse a job before it fails. Kernels address 4 GiB; their regions are not all
// counted here, so the limit stays well below.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { countElements, placeLayers, type PlacedLayer } from '../network/layer-shapes.ts';
import { createParameterLayout, type NetworkShape } from '../parameters/parameter-layout.ts';
import { describeNetwork } from '../policy/describe-network.ts';
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

export function estimateWorkerMemory(spec: JobSpec, definition: EnvironmentDefinition): WorkerMemory {
  const { rolloutLength, environmentsPerWorker, ddpg } = spec;
  const shape = describeNetwork(spec, definition);
  const { policyOutputs, criticActionSize = 0 } = shape;
  const observationSize = countElements(shape.observationShape);
  const parameters = createParameterLayout(shape).size;
  const finalRows = definition.truncatesItself === true ? rolloutLength : 0;
  const rows = (rolloutLength + 1 + finalRows) * environmentsPerWorker;
  const rowSize = observationSize + 2 * (policyOutputs + 1) + countLayerNumbers(shape);
  if (ddpg === null)
    return { networkBytes: 4 * 3 * parameters, rolloutBytes: 4 * rows * rowSize, replayBytes: 0 };
  // A learned and a target network, with scratch space for the gradients of each; both compute a whole batch.
  const transitionSize = 2 * observationSize + criticActionSize + 2;
  return {
    networkBytes: 4 * 2 * 4 * parameters,
    rolloutBytes: 4 * (rows + 2 * ddpg.batchSize) * (rowSize + 2 * (observationSize + criticActionSize)),
    replayBytes: 4 * ddpg.replaySize * transitionSize,
  };
}

/** What all layers together remember of a row. */
function countLayerNumbers({ network, observationShape }: NetworkShape): number {
  const { shared, layers, valueLayers } = network;
  const towers = shared ? [layers] : [layers, valueLayers ?? layers];
  return towers
    .flatMap((tower) => placeLayers(observationShape, tower))
    .reduce((sum, placed) => sum + countRowNumbers(placed), 0);
}

function countRowNumbers({ layer, inputShape, outputShape }: PlacedLayer): number {
  switch (layer.type) {
    case 'dense':
    case 'conv2d':
      return 2 * countElements(outputShape);
    case 'lstm':
      // Its input beside the state before, four gates, cell and state after, and the gradients by all of these.
      return countElements(inputShape) + 14 * layer.units;
    case 'flatten':
      return 0;
  }
}
