// Greedy evaluation: whole episodes with a policy's most probable actions, in separate environments.
import { playEpisodes, type EpisodesOptions } from '../../shared/agents/play-episodes.ts';
import { Random } from '../../shared/random/random.ts';
import type { EpisodeOutcomes } from './episode-outcomes.ts';

export interface EvaluationOptions extends Omit<EpisodesOptions, 'randoms' | 'random' | 'onStep'> {
  readonly episodes: number;
  readonly randomState: readonly number[];
}

/** Plays `episodes` episodes: side by side, or one after the other if there are few worlds. */
export async function evaluatePolicy({
  episodes,
  randomState,
  ...options
}: EvaluationOptions): Promise<EpisodeOutcomes> {
  const seed = Random.fromState(randomState);
  const randoms = Array.from({ length: episodes }, (_, row) => seed.split(row));
  return await playEpisodes({ ...options, randoms });
}
