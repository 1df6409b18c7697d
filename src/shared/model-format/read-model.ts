// Reader of a model's files: its card and its parameters.
import type { LayersModelShape } from './describe-layers-topology.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import { readModelCard, type ModelCard } from './model-card.ts';
import { modelFileNames } from './model-files.ts';
import { insertPolicyParameters, requirePolicyParameters } from './policy-parameters.ts';
import { placeWeights, readLayersModel } from './read-layers-model.ts';

/** Files by name. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/** Reads the card; throws InvalidModelError if it is missing or invalid. */
export function readCard(files: ModelFiles): ModelCard {
  return readModelCard(parseModelFile(files, modelFileNames.card));
}

/** Reads model.json as JSON; throws InvalidModelError if it is missing or not JSON. */
export function readModelJson(files: ModelFiles): unknown {
  return parseModelFile(files, modelFileNames.model);
}

/** Reads the parameters in the layout's order; throws InvalidModelError if the files are not a model of this shape. */
export function readParameters(files: ModelFiles, shape: LayersModelShape): Float32Array {
  const modelJson = readModelJson(files);
  const parameters = readLayersModel(modelJson, getModelFile(files, modelFileNames.weights), shape);
  insertPolicyParameters(shape.layout, readCard(files).policyParameters, parameters);
  return parameters;
}

/**
 * Throws InvalidModelError if the files are not a model of this shape. Does not read the weights, so it is fast for
 * large ones.
 */
export function requireShape(files: ModelFiles, shape: LayersModelShape): void {
  const { byteLength } = getModelFile(files, modelFileNames.weights);
  placeWeights(readModelJson(files), byteLength, shape);
  requirePolicyParameters(shape.layout, readCard(files).policyParameters);
}

/** The bytes of one of the files; throws InvalidModelError if it is missing. */
export function getModelFile(files: ModelFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new InvalidModelError(`the model has no ${name}`);
  return bytes;
}

/** Parses one of the files; throws InvalidModelError if it is missing or no JSON. */
function parseModelFile(files: ModelFiles, name: string): unknown {
  const text = new TextDecoder().decode(getModelFile(files, name));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidModelError(`${name} is not JSON`, { cause: error });
  }
}
