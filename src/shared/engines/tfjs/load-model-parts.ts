// A network as a TensorFlow.js layers model.
import { io } from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { NetworkShape } from '../../network/parameter-layout.ts';
import { createLayersTopology } from '../../topology/layers-topology.ts';
import { zeroInitializers } from './zero-initializers.ts';

/** Inputs and outputs of a layers model, by what they are. */
export interface ModelParts {
  readonly model: LayersModel;
  readonly observation: SymbolicTensor;
  /** The critic's input after the observation; null if it reads no actions. */
  readonly action: SymbolicTensor | null;
  readonly policy: SymbolicTensor;
  /** Input of the policy head. */
  readonly features: SymbolicTensor;
  readonly value: SymbolicTensor | null;
  readonly states: readonly { readonly input: SymbolicTensor; readonly output: SymbolicTensor }[];
}

/** Loads a network as a layers model. Its weights start with zeros: they are set from flat parameters. */
export async function loadModelParts(shape: NetworkShape): Promise<ModelParts> {
  const { network, observationShape, policyOutputs, hasCritic = true, criticActionSize } = shape;
  const topology = createLayersTopology({
    network,
    observationShape,
    policyOutputs,
    hasCritic,
    // The kernels normalize observations before the model reads them.
    isNormalized: false,
    ...(criticActionSize !== undefined && { actionInputSize: criticActionSize }),
  });
  const model = await loadLayersModel(io.fromMemory({ modelTopology: zeroInitializers(topology) }));
  return describeParts(model, shape);
}

function describeParts(model: LayersModel, { hasCritic = true, criticActionSize }: NetworkShape): ModelParts {
  const inputs = [...model.inputs];
  const outputs = [...model.outputs];
  const observation = take(inputs);
  const action = criticActionSize === undefined ? null : take(inputs);
  const policy = take(outputs);
  const value = hasCritic ? take(outputs) : null;
  const { input: features } = policy.sourceLayer;
  if (Array.isArray(features)) throw new RangeError('the policy head has several inputs');
  return {
    model,
    observation,
    action,
    policy,
    features,
    value,
    states: inputs.map((input) => ({ input, output: take(outputs) })),
  };
}

function take(tensors: SymbolicTensor[]): SymbolicTensor {
  const first = tensors.shift();
  if (!first) throw new RangeError('the model lacks an input or an output');
  return first;
}
