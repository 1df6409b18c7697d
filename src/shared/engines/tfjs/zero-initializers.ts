// Zero initializers in a topology: weights are set from flat parameters, so drawing them first would waste time.
const zeros = { class_name: 'Zeros', config: {} };

/** Weights of Keras layers that have an initializer. */
const initializedWeights = ['kernel', 'bias', 'recurrent'] as const;

interface Topology {
  readonly config: { readonly layers: readonly { readonly config: Readonly<Record<string, unknown>> }[] };
}

/** Returns the topology with zeros as the initial value of every weight. */
export function zeroInitializers<Type extends Topology>(topology: Type): Type {
  const initializers = Object.fromEntries(
    initializedWeights.map((weight) => [`${weight}_initializer`, zeros]),
  );
  const layers = topology.config.layers.map((layer) => ({
    ...layer,
    config: { ...layer.config, ...initializers },
  }));
  return { ...topology, config: { ...topology.config, layers } };
}
