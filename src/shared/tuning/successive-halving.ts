// Successive halving: all candidates get a small budget, the better third gets a larger one, until a few get all of it.
// After Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2016).

/** The best 1/RATIO of a rung's candidates continue, with RATIO times the steps. */
const RATIO = 3;
/** Number of last rungs that run with all seeds: they decide the result, and luck must not. */
const RUNGS_WITH_ALL_SEEDS = 2;

export interface Rung {
  /** 0 for the first rung. */
  readonly index: number;
  /** Number of candidates. */
  readonly candidates: number;
  /** Training steps of each run. */
  readonly steps: number;
  /** Training seeds of each candidate, with a run for each. */
  readonly seeds: number;
}

export interface HalvingBudget {
  readonly trials: number;
  readonly maxSteps: number;
  readonly seeds: number;
}

/** Plans the rungs, from all candidates to at most RATIO of them. The last rung has `maxSteps` steps. */
export function planRungs({ trials, maxSteps, seeds }: HalvingBudget): Rung[] {
  const sizes = [trials];
  for (let size = trials; size > RATIO;) {
    size = Math.ceil(size / RATIO);
    sizes.push(size);
  }
  return sizes.map((candidates, index) => ({
    index,
    candidates,
    steps: Math.ceil(maxSteps / RATIO ** (sizes.length - 1 - index)),
    seeds: index >= sizes.length - RUNGS_WITH_ALL_SEEDS ? seeds : 1,
  }));
}

/** Counts the training steps of a whole search. */
export function countSteps(rungs: readonly Rung[]): number {
  return rungs.reduce((sum, { candidates, steps, seeds }) => sum + candidates * steps * seeds, 0);
}

/** A candidate with its score in a rung; failures have none. */
export interface Scored<Candidate, Score> {
  readonly candidate: Candidate;
  readonly score: Score;
}

export interface HalvingOptions<Candidate, Score> {
  readonly candidates: readonly Candidate[];
  readonly rungs: readonly Rung[];
  /** Measures the score of a candidate with a rung's budget; null if it failed, which is worse than any score. */
  readonly measure: (candidate: Candidate, rung: Rung) => Promise<Score | null>;
  /** Negative if the first score is better. */
  readonly compare: (first: Score, second: Score) => number;
  readonly onRung?: (rung: Rung, candidates: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds the best candidate of the highest rung in which any had a score; null if none had one. The candidates of a rung
 * run in the order of their rank, so an interrupted search has tried the most promising ones.
 */
export async function findBestByHalving<Candidate, Score>(
  options: HalvingOptions<Candidate, Score>,
): Promise<Scored<Candidate, Score> | null> {
  const { rungs, measure, compare, onRung, signal } = options;
  let standing = options.candidates;
  let best: Scored<Candidate, Score> | null = null;
  for (const rung of rungs) {
    const candidates = standing.slice(0, rung.candidates);
    const ranking: Scored<Candidate, Score>[] = [];
    onRung?.(rung, candidates.length);
    for (const candidate of candidates) {
      if (signal?.aborted) break;
      const score = await measure(candidate, rung);
      if (score !== null) ranking.push({ candidate, score });
    }
    // Sorting is stable: of equals, the one that ranked higher before stays ahead.
    ranking.sort((first, second) => compare(first.score, second.score));
    best = ranking[0] ?? best;
    if (signal?.aborted || ranking.length === 0) break;
    standing = ranking.map(({ candidate }) => candidate);
  }
  return best;
}
