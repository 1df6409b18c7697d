// Places of tensors in the weights of a layers model. It loads no schemas, so that browser pages stay small.
import { countElements } from '../network/shape.ts';
import type { LayersModel } from '../topology/layers-model.ts';
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
