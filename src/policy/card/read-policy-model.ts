// Reader of a model's files for acting: facts of the card, shape of the network and parameters. It loads no packages.
import { describeLayersTopology } from '../../shared/model-format/describe-layers-topology.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { placeModelWeights, takeParameters } from '../../shared/model-format/place-model-weights.ts';
import { insertPolicyParameters } from '../../shared/model-format/policy-parameters.ts';
import type { ModelFiles } from '../../shared/model-format/read-model.ts';
import { findMisfit } from '../../shared/network/layer-shapes.ts';
import { createParameterLayout, type NetworkShape } from '../../shared/network/parameter-layout.ts';
import { describePolicyNetwork } from '../../shared/policy/describe-network.ts';
import { flatSize, isBounded } from '../../shared/spaces/space.ts';
import type { LayersModel } from '../../shared/topology/layers-model.ts';
import { toWeightName } from '../../shared/topology/to-weight-name.ts';
import { JsonPart } from '../../shared/model-format/json-part.ts';
import { readLayersJson } from './read-layers-json.ts';
import type { PolicyCard } from './read-policy-card.ts';

/** What an engine computes of a model. */
export interface PolicyNetworkModel {
  readonly shape: NetworkShape;
  /** Flat, in the order of the shape's layout. */
  readonly parameters: Float32Array;
}

/** Returns a file of the model; throws InvalidModelError if it is missing. */
export function requireFile(files: ModelFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new InvalidModelError(`the model has no ${name}`);
  return bytes;
}

/** Reads the network of layers that a card describes. Throws InvalidModelError if the files do not fit the card. */
export function readPolicyModel(files: ModelFiles, card: PolicyCard): PolicyNetworkModel {
  const model = readLayersJson(
    JsonPart.parse(modelFileNames.model, requireFile(files, modelFileNames.model)),
  );
  const weights = requireFile(files, modelFileNames.weights);
  requireFittingLayers(card);
  const shape = describePolicyNetwork({ ...card, hasCritic: hasCritic(model) }, card);
  const layout = createParameterLayout(shape);
  const topology = describeLayersTopology({ spec: card, definition: card, layout });
  const placements = placeModelWeights(model, weights.byteLength, {
    layout,
    topology,
    comparesEveryField: false,
  });
  const parameters = takeParameters(weights, placements, layout.size);
  insertPolicyParameters(layout, card.policyParameters, parameters);
  return { shape, parameters };
}

/** Whether the weights have a value head: some algorithms learn none. */
function hasCritic({ weightsManifest }: LayersModel): boolean {
  const name = toWeightName('valueHead/bias');
  return weightsManifest.some(({ weights }) => weights.some((weight) => weight.name === name));
}

function requireFittingLayers({ network, observationSpace, policy, actionSpace }: PolicyCard): void {
  const { shape } = observationSpace;
  const towers = [network.layers];
  if (network.valueLayers && policy.type !== 'deterministic') towers.push(network.valueLayers);
  for (const layers of towers) {
    const misfit = findMisfit(shape, layers);
    if (misfit) throw new InvalidModelError(`layer ${misfit.index} of the model card: ${misfit.reason}`);
  }
  if (policy.type !== 'deterministic' || actionSpace.type !== 'box') return;
  if (policy.outputActivation === 'tanh' && !isBounded(actionSpace))
    throw new InvalidModelError('the model card scales actions by tanh, but some of them have no bounds');
  const pairSize = flatSize(observationSpace) + flatSize(actionSpace);
  const misfit = findMisfit([pairSize], network.valueLayers ?? network.layers);
  if (misfit) throw new InvalidModelError(`value layer ${misfit.index} of the model card: ${misfit.reason}`);
}
