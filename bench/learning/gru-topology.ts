// A network that the kernels do not know: a GRU over stacked frames, a batch normalization, and two heads.
const frames = 4;
const frameSize = 2;

interface Layer {
  readonly class_name: string;
  readonly name: string;
  readonly config: object;
  readonly inbound_nodes: readonly unknown[];
}

/** A layer of that name above another one. */
function createLayer(type: string, [name, below]: readonly [string, string], config: object): Layer {
  return { class_name: type, name, config: { name, ...config }, inbound_nodes: [[[below, 0, 0, {}]]] };
}

/** For CartPolePositions-v0 with `wrappers.frameStack: 4`. */
export const gruTopology = {
  class_name: 'Model',
  config: {
    name: 'gru',
    layers: [
      {
        class_name: 'InputLayer',
        name: 'frames',
        config: { name: 'frames', batch_input_shape: [null, frames * frameSize], dtype: 'float32' },
        inbound_nodes: [],
      },
      createLayer('Reshape', ['sequence', 'frames'], { target_shape: [frames, frameSize] }),
      createLayer('GRU', ['summary', 'sequence'], { units: 32 }),
      createLayer('BatchNormalization', ['normalized', 'summary'], {}),
      createLayer('Dense', ['policy', 'normalized'], { units: 2 }),
      createLayer('Dense', ['value', 'normalized'], { units: 1 }),
    ],
    input_layers: [['frames', 0, 0]],
    output_layers: [
      ['policy', 0, 0],
      ['value', 0, 0],
    ],
  },
};

export const gruFrames = frames;
