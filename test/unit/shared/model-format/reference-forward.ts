// A network as plain loops in float64, to judge the exported model by.
import type { Activation } from '../../../../src/shared/network/layers/activation.ts';
import type { ConvolutionLayerSpec } from '../../../../src/shared/network/layers/conv2d-spec.ts';
import type { Layer } from '../../../../src/shared/network/layers/layer-spec.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import type { ParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';

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
  /** Shape of observations that are pictures. */
  readonly pictureShape?: Picture['shape'];
  /** What its LSTM layers remember by name; each call reads and writes it. Absent: the first step of an episode. */
  readonly memory?: Map<string, LstmState>;
}

export interface LstmState {
  readonly hidden: readonly number[];
  readonly cell: readonly number[];
}

/** Numbers in the order [height, width, channels]. */
interface Picture {
  readonly numbers: readonly number[];
  readonly shape: readonly [height: number, width: number, channels: number];
}

function asRow(numbers: readonly number[]): Picture {
  return { numbers, shape: [1, 1, numbers.length] };
}

/** `[policy logits, value]` of one observation; a critic of actions also reads what `act` makes of the logits. */
export function forwardReference(
  { network, layout, parameters, pictureShape = [1, 1, 1], memory = new Map() }: ReferenceNetwork,
  observation: readonly number[],
  act: (logits: readonly number[]) => readonly number[] = () => [],
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
  const convolve = (name: string, layer: ConvolutionLayerSpec, picture: Picture): Picture => {
    const [height, width, channels] = picture.shape;
    const { filters, kernelSize, strides } = layer;
    const kernel = tensor(`${name}/kernel`);
    const bias = tensor(`${name}/bias`);
    const slide = (extent: number): number => Math.floor((extent - kernelSize) / strides) + 1;
    const shape = [slide(height), slide(width), filters] as const;
    const numbers = Array.from({ length: shape[0] * shape[1] * filters }, (_, index) => {
      const filter = index % filters;
      const across = Math.floor(index / filters) % shape[1];
      const down = Math.floor(index / (filters * shape[1]));
      let sum = bias[filter] ?? Number.NaN;
      for (let place = 0; place < kernelSize * kernelSize * channels; place += 1) {
        const channel = place % channels;
        const x = across * strides + (Math.floor(place / channels) % kernelSize);
        const y = down * strides + Math.floor(place / (channels * kernelSize));
        const seen = picture.numbers[(y * width + x) * channels + channel] ?? Number.NaN;
        sum += seen * (kernel[place * filters + filter] ?? Number.NaN);
      }
      return activations[layer.activation](sum);
    });
    return { numbers, shape };
  };
  const remember = (name: string, inputs: readonly number[]): readonly number[] => {
    const kernel = tensor(`${name}/kernel`);
    const recurrentKernel = tensor(`${name}/recurrentKernel`);
    const bias = tensor(`${name}/bias`);
    const units = bias.length / 4;
    const zeros = Array<number>(units).fill(0);
    const before = memory.get(name) ?? { hidden: zeros, cell: zeros };
    const sums = [...bias].map((offset, column) => {
      const weigh = (matrix: Float32Array, numbers: readonly number[]): number =>
        numbers.reduce((sum, x, row) => sum + x * (matrix[row * bias.length + column] ?? Number.NaN), 0);
      return offset + weigh(kernel, inputs) + weigh(recurrentKernel, before.hidden);
    });
    const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
    const read = (gate: number, unit: number): number => sums[gate * units + unit] ?? Number.NaN;
    const cell = before.cell.map(
      (last, unit) => logistic(read(1, unit)) * last + logistic(read(0, unit)) * Math.tanh(read(2, unit)),
    );
    const hidden = cell.map((next, unit) => logistic(read(3, unit)) * Math.tanh(next));
    memory.set(name, { hidden, cell });
    return hidden;
  };
  const tower = (prefix: string, layers: readonly Layer[], input: readonly number[]): readonly number[] =>
    layers.reduce<Picture>(
      (x, layer, index) => {
        switch (layer.type) {
          case 'dense':
            return asRow(dense(`${prefix}/${index}`, x.numbers, layer.activation));
          case 'conv2d':
            return convolve(`${prefix}/${index}`, layer, x);
          case 'lstm':
            return asRow(remember(`${prefix}/${index}`, x.numbers));
          case 'flatten':
            return asRow(x.numbers);
        }
      },
      { numbers: input, shape: pictureShape },
    ).numbers;

  const actor = tower(network.shared ? 'trunk' : 'policy', network.layers, observation);
  const logits = dense('policyHead', actor, 'linear');
  const valued = [...observation, ...act(logits)];
  const critic = network.shared ? actor : tower('value', network.valueLayers ?? network.layers, valued);
  return {
    logits,
    value: dense('valueHead', critic, 'linear')[0] ?? Number.NaN,
  };
}
