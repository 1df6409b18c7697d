import { Random } from '../random/random.ts';
import type { Rung } from './successive-halving.ts';

/** Random stream split from a search's seed; its settings come from another stream. */
const TRAINING_SEED_STREAM = 1;

/**
 * Draws the training seeds of a rung, the same for all its trials: they compete under equal conditions, and a trial
 * that was lucky in one rung must repeat its result in the next.
 */
export function drawTrainingSeeds(seed: number, rung: Pick<Rung, 'index' | 'seeds'>): number[] {
  const random = Random.fromSeed(seed).split(TRAINING_SEED_STREAM).split(rung.index);
  return Array.from({ length: rung.seeds }, () => random.nextUint32());
}
