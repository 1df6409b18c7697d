// How commands are told of environments that are not built in.
import { z } from 'zod';

/** Fields for the options of every command that opens environments. */
export const environmentFlags = {
  environments: z
    .array(z.string().min(1))
    .default([])
    .describe('Directory of modules, or one module, that define environments; may be given again'),
};
