// Records of algorithms, beyond what the tests of resolving a job show.
import { describe, expect, it } from 'vitest';
import { algorithms, findAlgorithm } from '../../../../src/shared/algorithms/algorithms.ts';
import { ppoDefaults } from '../../../../src/shared/algorithms/ppo/own-settings.ts';
import { countBuffersPerWorker } from '../../../../src/shared/job/count-buffers.ts';

describe('the record of an algorithm', () => {
  it('names the divergence from which on ppo applies no gradient of a round', () => {
    const ppo = findAlgorithm('ppo');
    expect(ppo.readMaxKl({ ...ppoDefaults, targetKl: 0.02 })).toBe(0.02);
    expect(ppo.readMaxKl(ppoDefaults)).toBeNull();
    const others = algorithms.filter(({ name }) => name !== 'ppo');
    expect(others.map((algorithm) => algorithm.readMaxKl({}))).toEqual(others.map(() => null));
  });

  it('lets a worker of ddpg have one gradient on the way, others as many as their rollouts need', () => {
    const count = (algorithm: 'ddpg' | 'a3c', rolloutLength: number): number =>
      countBuffersPerWorker({ algorithm, rolloutLength, environmentsPerWorker: 1 });
    expect([count('ddpg', 1), count('ddpg', 1000)]).toEqual([1, 1]);
    expect([count('a3c', 1), count('a3c', 1000)]).toEqual([8, 4]);
  });

  it('is asked for by a name that there is', () => {
    expect(() => findAlgorithm('dqn')).toThrow(/^there is no algorithm dqn; the algorithms are a3c, /);
  });
});
