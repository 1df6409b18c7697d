import { describe, expect, it } from 'vitest';
import {
  countSteps,
  findBestByHalving,
  planRungs,
  type Rung,
} from '../../../../src/shared/tuning/successive-halving.ts';

describe('planRungs', () => {
  it('gives a third of the candidates three times the steps, up to the full budget', () => {
    expect(planRungs({ trials: 27, maxSteps: 9000, seeds: 5 })).toEqual([
      { index: 0, candidates: 27, steps: 1000, seeds: 1 },
      { index: 1, candidates: 9, steps: 3000, seeds: 5 },
      { index: 2, candidates: 3, steps: 9000, seeds: 5 },
    ]);
    expect(countSteps(planRungs({ trials: 27, maxSteps: 9000, seeds: 5 }))).toBe(27_000 + 135_000 + 135_000);
  });

  it.each([1, 2, 3])('gives %i candidates the full budget at once', (trials) => {
    expect(planRungs({ trials, maxSteps: 10, seeds: 2 })).toEqual([
      { index: 0, candidates: trials, steps: 10, seeds: 2 },
    ]);
  });

  it('never trains for less than a step', () => {
    for (const { steps } of planRungs({ trials: 1000, maxSteps: 2, seeds: 1 })) {
      expect(steps).toBeGreaterThanOrEqual(1);
    }
  });
});

const higherFirst = (first: number, second: number): number => second - first;

/** Halving over the numbers 0 … count − 1 with scores from `score`; null fails. */
async function halve(
  count: number,
  score: (candidate: number, rung: Rung) => number | null,
  controller = new AbortController(),
) {
  const measured: number[][] = [];
  const best = await findBestByHalving({
    candidates: Array.from({ length: count }, (_, index) => index),
    rungs: planRungs({ trials: count, maxSteps: 900, seeds: 1 }),
    compare: higherFirst,
    measure: async (candidate, rung) => {
      (measured[rung.index] ??= []).push(candidate);
      return score(candidate, rung);
    },
    signal: controller.signal,
  });
  return { best, measured };
}

describe('successive halving', () => {
  it('promotes the best third of each rung, best first, and returns the winner of the last', async () => {
    const { best, measured } = await halve(9, (candidate) => (candidate * 5) % 9);
    expect(measured).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [7, 5, 3],
    ]);
    expect(best).toEqual({ candidate: 7, score: 8 });
  });

  it('believes the last rung, not the scores before it', async () => {
    const { best } = await halve(9, (candidate, { index }) => (index === 0 ? candidate : -candidate));
    expect(best).toEqual({ candidate: 6, score: -6 });
  });

  it('goes on without those that fail, however few are left', async () => {
    const { best, measured } = await halve(9, (candidate) => (candidate === 4 ? -1e9 : null));
    expect(measured[1]).toEqual([4]);
    expect(best?.candidate).toBe(4);
  });

  it('falls back on the rung before when all fail in a later one', async () => {
    const { best } = await halve(9, (candidate, { index }) => (index === 0 ? candidate : null));
    expect(best).toEqual({ candidate: 8, score: 8 });
  });

  it('finds nothing where everything fails', async () => {
    const { best, measured } = await halve(9, () => null);
    expect(best).toBeNull();
    expect(measured).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8]]);
  });

  it('returns the best so far when it is interrupted, and measures no more', async () => {
    const controller = new AbortController();
    const { best, measured } = await halve(
      9,
      (candidate) => {
        if (candidate === 3) controller.abort();
        return candidate === 3 ? null : candidate;
      },
      controller,
    );
    expect(measured).toEqual([[0, 1, 2, 3]]);
    expect(best).toEqual({ candidate: 2, score: 2 });
  });
});
