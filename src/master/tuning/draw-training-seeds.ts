import { Random } from '../../shared/random/random.ts';
import type { Rung } from './successive-halving.ts';

/** Streams split from a search's seed; another draws its settings. */
const TRAINING_SEED_STREAM = 1;

/**
 * Seeds of a rung's own, the same for all its trials: they compete under equal conditions, and what was lucky in one
 * rung has to do it again in the next.
 */
export function drawTrainingSeeds(seed: number, rung: Pick<Rung, 'index' | 'seeds'>): number[] {
  const random = Random.fromSeed(seed).split(TRAINING_SEED_STREAM).split(rung.index);
  return Array.from({ length: rung.seeds }, () => random.nextUint32());
}
