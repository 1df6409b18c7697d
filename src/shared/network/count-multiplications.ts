// Cost of a network, as the number of multiplications for one row of observations.
import { placeLayers } from './layer-shapes.ts';
import { findDescriptor } from './layers/layer-descriptors.ts';
import type { Layer } from './layers/layer-spec.ts';
import type { NetworkShape } from './parameter-layout.ts';
import { countElements } from './shape.ts';

/** Counts the multiplications that the actions and the value of one row take. The layers must fit. */
export function countMultiplications({
  network: { shared, layers, valueLayers = layers },
  observationShape,
  policyOutputs,
  hasCritic = true,
  criticActionSize,
}: NetworkShape): number {
  const tower = countTower(layers, observationShape);
  const policy = tower.multiplications + tower.outputs * policyOutputs;
  // A critic that reads actions is not asked when a policy acts.
  if (!hasCritic || criticActionSize !== undefined) return policy;
  if (shared) return policy + tower.outputs;
  const value = countTower(valueLayers, observationShape);
  return policy + value.multiplications + value.outputs;
}

function countTower(
  layers: readonly Layer[],
  observationShape: readonly number[],
): { multiplications: number; outputs: number } {
  let multiplications = 0;
  let outputs = countElements(observationShape);
  for (const { layer, inputShape, outputShape } of placeLayers(observationShape, layers)) {
    const parameters = findDescriptor(layer)
      .listTensors(layer, inputShape)
      .reduce((sum, { shape }) => sum + countElements(shape), 0);
    // A convolution uses its kernel at each place of its output.
    multiplications += parameters * countElements(outputShape.slice(0, -1));
    outputs = countElements(outputShape);
  }
  return { multiplications, outputs };
}
