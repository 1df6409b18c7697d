import { describe, expect, it } from 'vitest';
import { RunWarnings, type RunCounts } from '../../../../src/master/learner/run-warnings.ts';

const healthy = { steps: 1e6, episodes: 500, appliedGradients: 1000, refusedGradients: 0, waitingSeconds: 0 };

/** Codes of what a run of two workers with four environments each warns of, look by look. */
function warn(...looks: readonly (readonly [counts: Partial<RunCounts>, isOver: boolean])[]): string[] {
  const codes: string[] = [];
  const size = { workers: 2, remoteWorkers: 0, environmentsPerWorker: 4 };
  const warnings = new RunWarnings(size, 2, ({ code }) => codes.push(code));
  for (const [counts, isOver] of looks) warnings.check({ ...healthy, ...counts }, isOver);
  return codes;
}

describe('a run warns', () => {
  it('of nothing while all is well', () => {
    expect(warn([{}, false], [{}, true])).toEqual([]);
    expect(warn([{ steps: 0, episodes: 0, appliedGradients: 0 }, true])).toEqual([]);
  });

  it('once, and at once, when there are more than four workers for each core', () => {
    const begin = (workers: number, remoteWorkers = 0): string[] => {
      const codes: string[] = [];
      const size = { workers, remoteWorkers, environmentsPerWorker: 1 };
      const warnings = new RunWarnings(size, 2, ({ code }) => codes.push(code));
      warnings.check({ ...healthy, steps: 0, appliedGradients: 0 }, false);
      warnings.check(healthy, true);
      return codes;
    };
    expect(begin(8)).toEqual([]);
    expect(begin(9)).toEqual(['MANY_WORKERS']);
    // Those on other machines do not share these cores.
    expect(begin(64, 56)).toEqual([]);
  });

  it('once when no episode has ended in 10 000 steps of each environment', () => {
    expect(warn([{ episodes: 0, steps: 79_999 }, false])).toEqual([]);
    const late = { episodes: 0, steps: 80_000 };
    expect(warn([late, false], [late, false], [late, true])).toEqual(['NO_EPISODE_ENDED']);
  });

  it('when it is over and no episode has ended, however short it was', () => {
    expect(warn([{ episodes: 0, steps: 40 }, true])).toEqual(['NO_EPISODE_ENDED']);
    expect(warn([{ episodes: 1, steps: 40 }, true])).toEqual([]);
  });

  it('once when a worker has been waiting for its environment for ten seconds', () => {
    expect(warn([{ waitingSeconds: 9.9 }, false])).toEqual([]);
    expect(warn([{ waitingSeconds: 10 }, false], [{ waitingSeconds: 20 }, false])).toEqual([
      'WAITS_FOR_ENVIRONMENT',
    ]);
  });

  it('once when many gradients are refused, by number and by share', () => {
    expect(warn([{ refusedGradients: 9, appliedGradients: 0 }, false])).toEqual([]);
    expect(warn([{ refusedGradients: 10, appliedGradients: 91 }, false])).toEqual([]);
    const many = { refusedGradients: 10, appliedGradients: 90 };
    expect(warn([many, false], [many, true])).toEqual(['MANY_GRADIENTS_REFUSED']);
  });
});
