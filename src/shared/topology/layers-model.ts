// Part of tfjs's layers-model format (model.json) that is written and read here.
import { z } from 'zod';

const nodeSchema = z.tuple([z.string(), z.int(), z.int()]);

const layerSchema = z.object({
  class_name: z.string(),
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  inbound_nodes: z.array(z.array(z.tuple([z.string(), z.int(), z.int(), z.record(z.string(), z.unknown())]))),
});
export type LayersModelLayer = z.infer<typeof layerSchema>;

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.literal('float32'),
});

/** A functional model. */
export const topologySchema = z.object({
  class_name: z.string(),
  keras_version: z.string().default('2.15.0'),
  backend: z.string().default('tensorflow'),
  config: z.object({
    name: z.string(),
    layers: z.array(layerSchema),
    input_layers: z.array(nodeSchema).min(1),
    output_layers: z.array(nodeSchema).min(1),
  }),
});

export const layersModelSchema = z.object({
  format: z.literal('layers-model'),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: topologySchema,
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSchema) })),
});
export type LayersModel = z.infer<typeof layersModelSchema>;
