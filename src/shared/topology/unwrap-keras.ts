/** Keras writes the topology of TensorFlow.js's format into `model_config`. */
export function unwrapKeras(
  modelTopology: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { model_config: wrapped } = modelTopology;
  return typeof wrapped === 'object' && wrapped !== null ? { ...wrapped } : modelTopology;
}
