// Settings of the wrappers in a job.
import { z } from 'zod';

export const wrappersSchema = z.strictObject({
  atari: z
    .boolean()
    .describe(
      "Gymnasium's own preprocessing of Atari games: four frames for each action, 84×84 grey pixels, the last four frames side by side",
    ),
  actionRepeat: z
    .int()
    .min(1)
    .max(1000)
    .describe('Steps of the environment that each action is repeated for; their rewards are summed'),
  frameStack: z.int().min(1).max(64).describe('Number of latest observations shown together, oldest first'),
  timeLimit: z
    .int()
    .min(1)
    .max(1e9)
    .nullable()
    .describe(
      "Steps of the environment after which episodes are truncated; null: the environment's own limit",
    ),
});
export type WrappersSpec = z.infer<typeof wrappersSchema>;
