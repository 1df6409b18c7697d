// A network as a TensorFlow.js layers model.
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { NetworkShape } from '../../network/parameter-layout.ts';
import { createLayersTopology } from '../../topology/layers-topology.ts';
import { loadTopology } from './load-topology.ts';

/** Inputs and outputs of a layers model, by what they are. */
export interface ModelParts {
  readonly model: LayersModel;
  readonly observation: SymbolicTensor;
  /** The critic's input after the observation; null if it reads no actions. */
  readonly action: SymbolicTensor | null;
  readonly policy: SymbolicTensor;
  /** Input of the policy head; null if it has several. */
  readonly features: SymbolicTensor | null;
  readonly value: SymbolicTensor | null;
  readonly states: readonly { readonly input: SymbolicTensor; readonly output: SymbolicTensor }[];
}

/** Loads a network as a layers model. Its weights start with zeros: they are set from flat parameters. */
export async function loadModelParts(shape: NetworkShape): Promise<ModelParts> {
  const { network, observationShape, policyOutputs, hasCritic = true, criticActionSize } = shape;
  if (network.modelTopology) return describeParts(await loadTopology(network.modelTopology), shape);
  const topology = createLayersTopology({
    network,
    observationShape,
    policyOutputs,
    hasCritic,
    // The kernels normalize observations before the model reads them.
    isNormalized: false,
    ...(criticActionSize !== undefined && { actionInputSize: criticActionSize }),
  });
  return describeParts(await loadTopology(topology), shape);
}

function describeParts(model: LayersModel, { hasCritic = true, criticActionSize }: NetworkShape): ModelParts {
  const inputs = [...model.inputs];
  const outputs = [...model.outputs];
  const observation = take(inputs);
  const action = criticActionSize === undefined ? null : take(inputs);
  const policy = take(outputs);
  const value = hasCritic ? take(outputs) : null;
  const { input } = policy.sourceLayer;
  return {
    model,
    observation,
    action,
    policy,
    features: Array.isArray(input) ? null : input,
    value,
    states: inputs.map((input) => ({ input, output: take(outputs) })),
  };
}

function take(tensors: SymbolicTensor[]): SymbolicTensor {
  const first = tensors.shift();
  if (!first) throw new RangeError('the model lacks an input or an output');
  return first;
}
