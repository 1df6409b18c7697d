// Opening of a model on TensorFlow.js: the only part of this folder that loads packages.
import { describeNetwork } from '../shared/algorithms/describe-network.ts';
import type { Engine } from '../shared/engines/engine.ts';
import type { IncludedBackend } from '../shared/engines/engine-choice.ts';
import { openEngine } from '../shared/engines/open-engine.ts';
import { readCard, readParameters, type ModelFiles } from '../shared/model-format/read-model.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import type { EnvironmentSpaces } from '../shared/policy/describe-network.ts';
import { JsonPart } from '../shared/model-format/json-part.ts';
import { readPolicyCard } from './card/read-policy-card.ts';
import { requireFile, type PolicyNetworkModel } from './card/read-policy-model.ts';
import { modelFileNames } from '../shared/model-format/model-files.ts';

export interface TfjsOptions {
  /** Compute the policy from the network's outputs. */
  readonly kernels: WebAssembly.Module;
  readonly backend: IncludedBackend;
}

/** Throws InvalidModelError if the files are no valid model, BackendUnavailableError if the backend does not start. */
export async function openTfjsModel(
  files: ModelFiles,
  { kernels, backend }: TfjsOptions,
): Promise<PolicyNetworkModel & { readonly engine: Engine }> {
  const { spec } = readCard(files);
  const spaces = readSpaces(files);
  const shape = describeNetwork(spec, spaces);
  const layout = createParameterLayout(shape);
  const parameters = readParameters(files, { spec, definition: spaces, layout });
  const engine = await openEngine({ name: 'tfjs', backend, reason: null }, { kernels, network: shape });
  return { shape, parameters, engine };
}

function readSpaces(files: ModelFiles): EnvironmentSpaces {
  return readPolicyCard(JsonPart.parse(modelFileNames.card, requireFile(files, modelFileNames.card)));
}
