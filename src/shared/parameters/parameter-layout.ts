// Owns the order of a job's parameters: one flat Float32Array of named tensors with tfjs shapes, actor first.
import type { Layer, NetworkSpec } from '../network/network-spec.ts';

/** One named tensor inside the flat parameter array; kernels are `[inputs, outputs]`, row by row. */
export interface ParameterTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

export interface ParameterLayout {
  readonly tensors: readonly ParameterTensor[];
  /** Number of parameters. */
  readonly size: number;
  /** Where the tensors of the value side begin; those before belong to the policy or a shared trunk. */
  readonly criticOffset: number;
}

/** What a layout depends on. */
export interface NetworkShape {
  readonly network: NetworkSpec;
  readonly observationSize: number;
  /** Outputs of the policy head, e.g. the number of discrete actions. */
  readonly policyOutputs: number;
}

/** Lays out `trunk/i | policy/i`, `policyHead`, `value/i`, `valueHead`, each a kernel and a bias. */
export function createParameterLayout({
  network,
  observationSize,
  policyOutputs,
}: NetworkShape): ParameterLayout {
  const tensors: ParameterTensor[] = [];
  let size = 0;
  const append = (name: string, shape: readonly number[]): void => {
    const tensorSize = shape.reduce((product, extent) => product * extent, 1);
    tensors.push({ name, shape, offset: size, size: tensorSize });
    size += tensorSize;
  };
  const appendDense = (name: string, inputs: number, outputs: number): number => {
    append(`${name}/kernel`, [inputs, outputs]);
    append(`${name}/bias`, [outputs]);
    return outputs;
  };
  const appendTower = (prefix: string, layers: readonly Layer[]): number =>
    layers.reduce(
      (inputs, layer, index) => appendDense(`${prefix}/${index}`, inputs, layer.units),
      observationSize,
    );

  const actorOutputs = appendTower(network.shared ? 'trunk' : 'policy', network.layers);
  appendDense('policyHead', actorOutputs, policyOutputs);
  const criticOffset = size;
  const criticOutputs = network.shared
    ? actorOutputs
    : appendTower('value', network.valueLayers ?? network.layers);
  appendDense('valueHead', criticOutputs, 1);
  return { tensors, size, criticOffset };
}
