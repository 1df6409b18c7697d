// A layers model of TensorFlow.js that comes without a model card, e.g. from tf.LayersModel.save or from Keras.
import { z } from 'zod';
import type { JobRequest } from '../job/job-spec.ts';
import { unwrapKeras } from '../topology/unwrap-keras.ts';
import type { LayersModelShape } from './describe-layers-topology.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import { placeWeights, readLayersModel } from './read-layers-model.ts';

const foreignModelSchema = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z
    .array(
      z.object({
        /** Names of files beside model.json. */
        paths: z.array(z.string().regex(/^[^/\\]+$/, 'must name a file beside model.json')).min(1),
        weights: z.array(z.unknown()),
      }),
    )
    .min(1),
});
type ForeignModel = z.infer<typeof foreignModelSchema>;

/** Reads model.json from parsed JSON. Throws InvalidModelError, which names each wrong field. */
export function readForeignModel(json: unknown): ForeignModel {
  const parsed = foreignModelSchema.safeParse(json);
  if (parsed.success) return { ...parsed.data, modelTopology: { ...unwrapKeras(parsed.data.modelTopology) } };
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidModelError(`not a layers model of TensorFlow.js: ${reasons.join('; ')}`);
}

/** Lists the files with the weights, in their order. */
export function listWeightFiles({ weightsManifest }: ForeignModel): string[] {
  return weightsManifest.flatMap(({ paths }) => paths);
}

/** Completes the request with the model's network, which takes observations as they are. */
export function inheritTopology(request: JobRequest, { modelTopology }: ForeignModel): JobRequest {
  return {
    normalizeObservations: false,
    ...request,
    network: { modelTopology, ...request.network },
  };
}

/** The model, with the bytes of all its files of weights in their order. */
interface WeightedModel {
  readonly model: ForeignModel;
  readonly weights: Uint8Array;
}

/** Throws InvalidModelError if the model has another shape. Reads no weights. */
export function requireForeignShape({ model, weights }: WeightedModel, shape: LayersModelShape): void {
  placeWeights(toLayersModel(model), weights.byteLength, shape);
}

/**
 * Reads the parameters in the layout's order. What is no weight of the model starts as in `initial`. Throws
 * InvalidModelError if the files are not a model of this shape.
 */
export function readForeignParameters(
  { model, weights }: WeightedModel,
  shape: LayersModelShape,
  initial: Float32Array,
): Float32Array {
  const read = readLayersModel(toLayersModel(model), weights, shape);
  const parameters = initial.slice();
  for (const { owner, offset, size } of shape.layout.tensors) {
    if (owner === 'layer') parameters.set(read.subarray(offset, offset + size), offset);
  }
  return parameters;
}

function toLayersModel(model: ForeignModel): object {
  return { format: 'layers-model', ...model };
}
