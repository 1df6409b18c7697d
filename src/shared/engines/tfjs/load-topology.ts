// Loading of a topology as a model.
import { io } from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { InvalidTopologyError } from './invalid-topology-error.ts';
import { simplifyTopology } from './simplify-topology.ts';

/** Loads the model; its weights are zeros. Throws InvalidTopologyError if TensorFlow.js cannot build it. */
export async function loadTopology(topology: object): Promise<LayersModel> {
  try {
    return await loadLayersModel(io.fromMemory({ modelTopology: simplifyTopology(topology) }));
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new InvalidTopologyError(`TensorFlow.js cannot build this model: ${line}`, { cause: error });
  }
}
