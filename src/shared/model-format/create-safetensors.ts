// Writer of the safetensors format: the length of a JSON header in 8 bytes, the header, then the numbers of all tensors
// without gaps (https://huggingface.co/docs/safetensors).
import { logStandardDeviationName } from '../policy/describe-network.ts';
import { countElements, type Shape } from '../network/shape.ts';
import type { LayersModel } from '../topology/layers-model.ts';
import { describeMetadata } from './describe-metadata.ts';
import type { FilePiece } from './file-piece.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import { locateWeights } from './locate-weights.ts';
import type { ModelCard } from './model-card.ts';

/** The header begins at 8, so that the numbers begin at a multiple of this too. */
const alignment = 8;

/**
 * Creates the file with the tensors of model.json under their names and in their order, then the policy parameters of
 * the card. Throws InvalidModelError if two of them have one name.
 */
export function createSafetensors(model: LayersModel, card: ModelCard): FilePiece[] {
  const weights = locateWeights(model);
  const header = new Map<string, unknown>([['__metadata__', describeMetadata(card)]]);
  let end = 0;
  const describe = (name: string, shape: Shape): void => {
    if (header.has(name)) throw new InvalidModelError(`the model names ${name} twice`);
    const begin = end;
    end += 4 * countElements(shape);
    header.set(name, { dtype: 'F32', shape, data_offsets: [begin, end] });
  };
  for (const [name, { shape }] of weights.byName) describe(name, shape);
  const policyParameters = Object.entries(card.policyParameters);
  for (const [name, { length }] of policyParameters) describe(name, shapeParameter(name, length, card));
  const bytes = 4 * weights.size;
  return [
    ...encodeHeader(header),
    { offset: 0, sourceBytes: bytes, byteLength: bytes, reorder: null },
    ...policyParameters.map(([, values]) => new Uint8Array(Float32Array.from(values).buffer)),
  ];
}

/** The deviations of gsde are a matrix [features, actions]; every other parameter is a row. */
function shapeParameter(name: string, length: number, { spec, actionSpace }: ModelCard): Shape {
  const isMatrix = spec.policy.type === 'gsde' && name === logStandardDeviationName;
  if (!isMatrix || actionSpace.type !== 'box') return [length];
  const actions = countElements(actionSpace.shape);
  if (length % actions === 0) return [length / actions, actions];
  throw new InvalidModelError(`${name} of the model card does not have ${actions} numbers for each feature`);
}

function encodeHeader(header: ReadonlyMap<string, unknown>): [length: Uint8Array, json: Uint8Array] {
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(json.length / alignment) * alignment).fill(0x20);
  padded.set(json);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded];
}
