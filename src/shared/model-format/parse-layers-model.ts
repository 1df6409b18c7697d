// Parser of model.json.
import { layersModelSchema, type LayersModel } from '../topology/layers-model.ts';
import { InvalidModelError } from './invalid-model-error.ts';

/** Reads model.json from parsed JSON; throws InvalidModelError, which names each wrong field. */
export function parseLayersModel(modelJson: unknown): LayersModel {
  const parsed = layersModelSchema.safeParse(modelJson);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidModelError(`not a layers model: ${reasons.join('; ')}`);
}
