// Flag of the commands that start a job from a file.
import { z } from 'zod';

export const configFlag = {
  config: z
    .string()
    .min(1)
    .optional()
    .describe('File with fields of the job, YAML or JSON, or - for standard input; flags win over it'),
};
