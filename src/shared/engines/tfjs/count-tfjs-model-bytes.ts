// Memory of a model that TensorFlow.js computes, estimated without loading TensorFlow.js.
import type { ModelNetwork, ModelSize } from '../model-size.ts';
import { createParameterLayout } from '../../network/parameter-layout.ts';
import { countWasmModelBytes } from '../wasm/count-wasm-model-bytes.ts';

/**
 * Tensors of a model for each number that the kernels would hold: the arrays that both share, the inputs and outputs of
 * each operation until the gradient is computed, and their gradients.
 */
const TENSORS_PER_NUMBER = 3;

const NUMBER_BYTES = 4;

export function countTfjsModelBytes(network: ModelNetwork, size: ModelSize): number {
  const { modelDescription } = network.shape.network;
  if (!modelDescription) return TENSORS_PER_NUMBER * countWasmModelBytes(network, size);
  const rows = size.type === 'actorCritic' ? size.capacity : size.capacity + 2 * size.batchSize;
  const numbers = createParameterLayout(network.shape).size + rows * modelDescription.outputNumbers;
  return TENSORS_PER_NUMBER * NUMBER_BYTES * numbers;
}
