// Names of the models that each job keeps.
import { z } from 'zod';

export const modelNames = ['best', 'latest'] as const;
export const modelNameSchema = z.enum(modelNames);
export type ModelName = z.infer<typeof modelNameSchema>;
