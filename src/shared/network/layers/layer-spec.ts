// The `layers` of a job's network: one schema for each layer type.
import { z } from 'zod';
import { convolutionLayerSchema } from './conv2d-spec.ts';
import { denseLayerSchema } from './dense-spec.ts';
import { flattenLayerSchema } from './flatten-spec.ts';
import { lstmLayerSchema } from './lstm-spec.ts';

export const layerSchema = z.discriminatedUnion('type', [
  denseLayerSchema,
  convolutionLayerSchema,
  flattenLayerSchema,
  lstmLayerSchema,
]);
export type Layer = z.infer<typeof layerSchema>;
export type LayerType = Layer['type'];

type LayerSpecs = { [Spec in Layer as Spec['type']]: Spec };

/** The layers of one type. It is a mapped type, so that `table[layer.type]` accepts a `layer` of a generic type. */
export type LayerOf<Type extends LayerType> = {
  [Key in Type]: { readonly type: Key } & LayerSpecs[Key];
}[Type];
