// A topology as a model is built from it: without drawing weights, and without noise.
const zeros = { class_name: 'Zeros', config: {} };

/** Weights of Keras layers that have an initializer. Drawing them would waste time: they are set from parameters. */
const initializedWeights = [
  'kernel',
  'bias',
  'recurrent',
  'depthwise',
  'pointwise',
  'embeddings',
  'alpha',
  'beta',
  'gamma',
  'moving_mean',
  'moving_variance',
] as const;

/**
 * Settings that make a layer draw random numbers while its running statistics are measured. Acting never does, and the
 * numbers of TensorFlow.js do not depend on a job's seed.
 */
const noiseSettings = { rate: 0, stddev: 0, dropout: 0, recurrent_dropout: 0 };

/** Returns the topology with zeros as the initial value of every weight and no noise, also inside of layers. */
export function simplifyTopology(topology: object): object {
  if (Array.isArray(topology)) return topology.map(simplifyItem);
  const simplified = Object.fromEntries(
    Object.entries(topology).map(([key, item]: [string, unknown]) => [key, simplifyItem(item)]),
  );
  const { class_name: type, config } = simplified;
  // The configurations of initializers, which also have a class name, have no name.
  if (typeof type !== 'string' || !isObject(config) || !('name' in config)) return simplified;
  return { ...simplified, config: { ...config, ...listInitializers(type), ...findNoise(config) } };
}

function simplifyItem(item: unknown): unknown {
  return isObject(item) ? simplifyTopology(item) : item;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function listInitializers(layerType: string): object {
  // A separable convolution refuses the initializer of a kernel that it does not have.
  const weights = initializedWeights.filter(
    (weight) => weight !== 'kernel' || layerType !== 'SeparableConv2D',
  );
  return Object.fromEntries(weights.map((weight) => [`${weight}_initializer`, zeros]));
}

function findNoise(config: object): object {
  return Object.fromEntries(Object.entries(noiseSettings).filter(([setting]) => setting in config));
}
