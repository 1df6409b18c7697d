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
}

export function estimateWorkerMemory(spec: JobSpec, definition: EnvironmentDefinition): WorkerMemory {
  const { rolloutLength, environmentsPerWorker } = spec;
  const shape = describeNetwork(spec, definition);
  const parameters = createParameterLayout(shape).size;
  const rows = (rolloutLength + 1) * environmentsPerWorker;
  const rowSize =
    countElements(shape.observationShape) + 2 * (shape.policyOutputs + 1) + countLayerNumbers(shape);
  return { networkBytes: 4 * 3 * parameters, rolloutBytes: 4 * rows * rowSize };
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
