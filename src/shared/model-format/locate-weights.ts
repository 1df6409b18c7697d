// Places of tensors in the weights of a layers model.
import { countElements } from '../network/shape.ts';
import { layersModelSchema, type LayersModel } from '../topology/layers-model.ts';
import { InvalidModelError } from './invalid-model-error.ts';

export interface StoredWeight {
  readonly shape: readonly number[];
  /** Number of the numbers before it. */
  readonly offset: number;
}

export interface StoredWeights {
  readonly byName: ReadonlyMap<string, StoredWeight>;
  /** Number of all numbers. */
  readonly size: number;
}

/** Locates each tensor in the weights: groups and tensors follow one another without gaps. */
export function locateWeights(model: Pick<LayersModel, 'weightsManifest'>): StoredWeights {
  const byName = new Map<string, StoredWeight>();
  let size = 0;
  for (const { name, shape } of model.weightsManifest.flatMap((group) => group.weights)) {
    if (byName.has(name)) throw new InvalidModelError(`the model names ${name} twice`);
    byName.set(name, { shape, offset: size });
    size += countElements(shape);
  }
  return { byName, size };
}

/** Throws InvalidModelError if weights of this size are not those of the model. */
export function requireWeightBytes({ size }: Pick<StoredWeights, 'size'>, weightBytes: number): void {
  if (weightBytes === size * 4) return;
  throw new InvalidModelError(`the weights have ${weightBytes} bytes, not ${size * 4}`);
}

/** Reads model.json from parsed JSON; throws InvalidModelError, which names each wrong field. */
export function parseLayersModel(modelJson: unknown): LayersModel {
  const parsed = layersModelSchema.safeParse(modelJson);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidModelError(`not a layers model: ${reasons.join('; ')}`);
}
