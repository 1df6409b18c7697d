// A network as plain loops in float64, to judge the exported model by.
import type { Activation, Layer, NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import type { ParameterLayout } from '../../../../src/shared/parameters/parameter-layout.ts';

const activations: Record<Activation, (x: number) => number> = {
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  linear: (x) => x,
};

export interface ReferenceNetwork {
  readonly network: NetworkSpec;
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array;
}

/** `[policy logits, value]` of one observation. */
export function forwardReference(
  { network, layout, parameters }: ReferenceNetwork,
  observation: readonly number[],
): { logits: number[]; value: number } {
  const tensor = (name: string): Float32Array => {
    const found = layout.tensors.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no tensor ${name}`);
    return parameters.subarray(found.offset, found.offset + found.size);
  };
  const dense = (name: string, inputs: readonly number[], activation: Activation): number[] => {
    const kernel = tensor(`${name}/kernel`);
    const bias = tensor(`${name}/bias`);
    return [...bias].map((offset, output) => {
      const sum = inputs.reduce(
        (total, x, input) => total + x * (kernel[input * bias.length + output] ?? 0),
        offset,
      );
      return activations[activation](sum);
    });
  };
  const tower = (prefix: string, layers: readonly Layer[]): number[] =>
    layers.reduce<number[]>(
      (x, layer, index) => dense(`${prefix}/${index}`, x, layer.activation),
      [...observation],
    );

  const actor = tower(network.shared ? 'trunk' : 'policy', network.layers);
  const critic = network.shared ? actor : tower('value', network.valueLayers ?? network.layers);
  return {
    logits: dense('policyHead', actor, 'linear'),
    value: dense('valueHead', critic, 'linear')[0] ?? Number.NaN,
  };
}
