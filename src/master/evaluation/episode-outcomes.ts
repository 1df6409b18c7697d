// Result of an evaluation, sent back by its thread.
import { z } from 'zod';

/** Returns and lengths of the episodes, in order. */
export const episodeOutcomesSchema = z.object({ returns: z.array(z.number()), lengths: z.array(z.int()) });
export type EpisodeOutcomes = z.infer<typeof episodeOutcomesSchema>;
