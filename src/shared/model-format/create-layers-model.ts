// Writer of layers models: turns trained parameters into the two files that `tf.loadLayersModel` opens.
import { findTopologyFault } from '../topology/find-topology-fault.ts';
import { topologySchema, type LayersModel } from '../topology/layers-model.ts';
import { toWeightName } from '../topology/to-weight-name.ts';
import { normalizeTopology } from '../topology/normalize-topology.ts';
import { describeLayersTopology, isNormalized, type LayersModelShape } from './describe-layers-topology.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import { modelFileNames } from './model-files.ts';

export interface LayersModelOptions extends LayersModelShape {
  readonly parameters: Float32Array;
}

export interface LayersModelFiles {
  readonly modelJson: LayersModel;
  /** The parameters of all layers as little-endian float32, in the order of the layout. */
  readonly weights: Uint8Array;
}

/**
 * Creates the model with the given parameters. It takes raw observations, whether or not training normalized them, and
 * returns `[policy outputs, value]`, or only the policy outputs without a critic. A recurrent model takes and returns
 * its states after these.
 */
export function createLayersModel({ parameters, ...shape }: LayersModelOptions): LayersModelFiles {
  const { tensors, size } = shape.layout;
  if (parameters.length !== size) {
    throw new RangeError(`the layout has ${size} parameters, not ${parameters.length}`);
  }
  const layerTensors = tensors.filter(({ owner }) => owner === 'layer');
  const weights = layerTensors.map(({ name, shape: tensorShape }) => ({
    name: toWeightName(name),
    shape: [...tensorShape],
    dtype: 'float32' as const,
  }));
  return {
    modelJson: {
      format: 'layers-model',
      generatedBy: 'a3c-server',
      convertedBy: null,
      modelTopology: describeTopology(shape),
      weightsManifest: [{ paths: [modelFileNames.weights], weights }],
    },
    weights: concatenate(
      layerTensors.map(({ offset, size: length }) => parameters.subarray(offset, offset + length)),
    ),
  };
}

function concatenate(parts: readonly Float32Array[]): Uint8Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return new Uint8Array(whole.buffer);
}

/** Describes the topology that belongs to a layout. Throws InvalidModelError if a given one has faults. */
export function describeTopology(shape: LayersModelShape): LayersModel['modelTopology'] {
  const { modelTopology } = shape.spec.network;
  if (!modelTopology) return describeLayersTopology(shape);
  const topology = topologySchema.parse(modelTopology);
  const fault = findTopologyFault(topology.config);
  if (fault !== null) throw new InvalidModelError(`its modelTopology cannot be used: ${fault}`);
  const { shape: observationShape } = shape.definition.observationSpace;
  return isNormalized(shape.layout)
    ? normalizeTopology(topology, observationShape.length === 0 ? [1] : observationShape)
    : topology;
}
