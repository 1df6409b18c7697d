// Owns the order of a job's parameters: one flat Float32Array of named tensors with tfjs shapes, actor first.
import type { Layer, NetworkSpec } from '../network/network-spec.ts';

/** One named tensor inside the flat parameter array; kernels are `[inputs, outputs]`, row by row. */
export interface ParameterTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
  /** What all its elements start at; null where initialization draws them. */
  readonly initialValue: number | null;
  /** A weight of a layer, or a parameter of the policy beside the network. */
  readonly owner: 'layer' | 'policy';
}

/** A parameter of a policy that no layer computes. */
export interface PolicyTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialValue: number;
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
  /** Parameters of the policy beside the network; they follow its head. */
  readonly policyTensors?: readonly PolicyTensor[];
}

/** Lays out `trunk/i | policy/i`, `policyHead`, the policy's own, `value/i`, `valueHead`; a layer is a kernel and a bias. */
export function createParameterLayout({
  network,
  observationSize,
  policyOutputs,
  policyTensors = [],
}: NetworkShape): ParameterLayout {
  const tensors: ParameterTensor[] = [];
  let size = 0;
  const append = (tensor: Omit<ParameterTensor, 'offset' | 'size'>): void => {
    const tensorSize = tensor.shape.reduce((product, extent) => product * extent, 1);
    tensors.push({ ...tensor, offset: size, size: tensorSize });
    size += tensorSize;
  };
  const appendDense = (name: string, inputs: number, outputs: number): number => {
    append({ name: `${name}/kernel`, shape: [inputs, outputs], initialValue: null, owner: 'layer' });
    append({ name: `${name}/bias`, shape: [outputs], initialValue: 0, owner: 'layer' });
    return outputs;
  };
  const appendTower = (prefix: string, layers: readonly Layer[]): number =>
    layers.reduce(
      (inputs, layer, index) => appendDense(`${prefix}/${index}`, inputs, layer.units),
      observationSize,
    );

  const actorOutputs = appendTower(network.shared ? 'trunk' : 'policy', network.layers);
  appendDense('policyHead', actorOutputs, policyOutputs);
  for (const tensor of policyTensors) append({ ...tensor, owner: 'policy' });
  const criticOffset = size;
  const criticOutputs = network.shared
    ? actorOutputs
    : appendTower('value', network.valueLayers ?? network.layers);
  appendDense('valueHead', criticOutputs, 1);
  return { tensors, size, criticOffset };
}
