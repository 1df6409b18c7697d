// Flag that names the user's environment modules.
import { z } from 'zod';

/** Option fields of every command that opens environments. */
export const environmentFlags = {
  environments: z
    .array(z.string().min(1))
    .default([])
    .describe('Environment module, or directory of environment modules; may be repeated'),
};
