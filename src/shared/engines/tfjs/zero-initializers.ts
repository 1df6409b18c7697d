// Zero initializers in a topology: weights are set from flat parameters, so drawing them first would waste time.
const zeros = { class_name: 'Zeros', config: {} };

/** Weights of Keras layers that have an initializer. */
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

const initializers = Object.fromEntries(initializedWeights.map((weight) => [`${weight}_initializer`, zeros]));

/** Returns a topology with zeros as the initial value of every weight, also those of layers inside of layers. */
export function zeroInitializers(topology: object): object {
  return zeroValue(topology, false);
}

function zeroValue(value: object, isConfig: boolean): object {
  if (Array.isArray(value))
    return value.map((item: unknown) => (isObject(item) ? zeroValue(item, false) : item));
  const zeroed = new Map<string, unknown>(Object.entries(value));
  for (const [key, item] of zeroed) if (isObject(item)) zeroed.set(key, zeroValue(item, key === 'config'));
  return { ...Object.fromEntries(zeroed), ...(isConfig && zeroed.has('name') && initializers) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
