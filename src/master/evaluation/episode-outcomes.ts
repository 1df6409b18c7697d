// What an evaluation's thread gives back.
import { z } from 'zod';

/** Return and length of each episode, in order. */
export const episodeOutcomesSchema = z.object({ returns: z.array(z.number()), lengths: z.array(z.int()) });
export type EpisodeOutcomes = z.infer<typeof episodeOutcomesSchema>;
