// What a job may put around its environment.
import { z } from 'zod';

export const wrappersSchema = z.strictObject({
  actionRepeat: z
    .int()
    .min(1)
    .max(1000)
    .describe('Steps of the environment each action is held for; their rewards are summed'),
  frameStack: z.int().min(1).max(64).describe('Latest observations shown together, oldest first'),
  timeLimit: z
    .int()
    .min(1)
    .max(1e9)
    .nullable()
    .describe("Steps of the environment after which episodes are cut off; null: the environment's own limit"),
});
export type WrappersSpec = z.infer<typeof wrappersSchema>;

/** The environment as it is. */
export const noWrappers: WrappersSpec = { actionRepeat: 1, frameStack: 1, timeLimit: null };
