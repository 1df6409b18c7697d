// Network of a job: the layers between an observation, the policy and the value.
import { z } from 'zod';
import { layerSchema } from './layers/layer-spec.ts';
import { modelDescriptionSchema } from './model-description.ts';

export const networkSpecSchema = z.strictObject({
  shared: z.boolean().describe('One trunk for policy and value (true) or a tower for each (false)'),
  layers: z.array(layerSchema).max(8).describe('Hidden layers of the trunk, or of each tower'),
  valueLayers: z
    .array(layerSchema)
    .max(8)
    .optional()
    .describe('Hidden layers of the value tower where they differ; only with shared: false'),
  initialization: z
    .enum(['orthogonal', 'glorot'])
    .describe(
      'How kernels start: orthogonal (gain √2 in hidden layers, 0.01 policy head, 1 value head) or glorot uniform',
    ),
  modelTopology: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A layers model of TensorFlow.js (the modelTopology of its model.json) in place of layers'),
  modelDescription: modelDescriptionSchema
    .optional()
    .describe('What was found in modelTopology; set by the server'),
});
export type NetworkSpec = z.infer<typeof networkSpecSchema>;
