// Defaults of a ppo job, and what it refuses.
import { describe, expect, it } from 'vitest';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { catchBall } from '../../../../src/shared/environments/catch.ts';
import { ppoDefaults } from '../../../../src/shared/algorithms/ppo/own-settings.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { InvalidJobError, resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';

function resolve(request: Partial<JobRequest>, definition = catchBall): JobSpec {
  const parsed = jobRequestSchema.parse({ environment: definition.id, algorithm: 'ppo', ...request });
  return resolveJobSpec(parsed, definition, () => 1);
}

function findIssues(request: Partial<JobRequest>): readonly string[] {
  try {
    resolve(request);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidJobError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a ppo job', () => {
  it('has no stale gradients to refuse', () => {
    expect(findIssues({ maxStaleness: 3 })).toEqual([
      'maxStaleness: ppo applies the gradients of all workers together, so none is stale; leave maxStaleness out',
    ]);
    expect(resolve({ algorithm: 'a3c', maxStaleness: 3 }).maxStaleness).toBe(3);
    expect(findIssues({ sumRemoteGradients: true })).toEqual([
      'sumRemoteGradients: ppo averages the gradients of all workers in their order; leave sumRemoteGradients out',
    ]);
  });

  it('takes no preset that was tuned for another algorithm', () => {
    const spec = resolve({});
    expect(spec.ppo).toMatchObject({ epochs: 4, minibatches: 4, clipRange: 0.2, targetKl: null });
    expect(spec.rolloutLength).toBe(128);
    expect(spec.normalizeAdvantages).toBe(true);
    expect(spec.network.layers.map(({ type }) => type)).toEqual(['dense', 'dense']);
  });

  it('uses its own preset, and not those of other algorithms', () => {
    expect(resolve({}, cartPoleV1).ppo).toEqual({ ...ppoDefaults, epochs: 20, minibatches: 1 });
    expect(resolve({ algorithm: 'a3c' }, cartPoleV1).ppo).toBeNull();
    expect(resolve({ algorithm: 'a3c' }, cartPoleV1).valueCoefficient).toBe(0.005);
  });

  it('keeps what a request says and fills in the rest', () => {
    expect(resolve({ ppo: { clipRange: 0.1, targetKl: 0.01 } }).ppo).toMatchObject({
      epochs: 4,
      clipRange: 0.1,
      targetKl: 0.01,
    });
  });
});

describe('what ppo cannot be is refused', () => {
  it.each<[string, Partial<JobRequest>, string]>([
    [
      'minibatches that do not divide the steps',
      { environmentsPerWorker: 3, rolloutLength: 10, ppo: { minibatches: 7 } },
      "ppo.minibatches: 7 minibatches do not divide the 30 steps of a worker's rollout",
    ],
    [
      'minibatches that do not divide the environments of an lstm',
      {
        environmentsPerWorker: 3,
        network: { layers: [{ type: 'flatten' }, { type: 'lstm', units: 8 }] },
        ppo: { minibatches: 2 },
      },
      'ppo.minibatches: 2 minibatches do not divide the 3 environments of a worker',
    ],
    [
      'a clip range that allows no update',
      { ppo: { clipRange: 0 } },
      'ppo.clipRange: a clip range of 0 allows no update',
    ],
    [
      'whole episodes',
      { rolloutEpisodes: 2, environmentsPerWorker: 1 },
      'rolloutEpisodes: ppo divides rollouts of equal length',
    ],
    ['its settings for a2c', { algorithm: 'a2c', ppo: { epochs: 2 } }, 'ppo: only algorithm ppo uses this'],
  ])('%s', (_, request, start) => {
    const issues = findIssues(request);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatch(new RegExp(`^${start.replaceAll('.', '\\.')}`));
  });

  it.each([
    { clipRange: -0.1 },
    { finalClipRange: 0 },
    { epochs: 0 },
    { targetKl: 0 },
    { valueClipRange: -1 },
    { minibatches: 1.5 },
  ])('numbers that no setting may have: %j', (ppo) => {
    const name = Object.keys(ppo)[0] ?? '';
    const parsed = jobRequestSchema.safeParse({ environment: 'CartPole-v1', algorithm: 'ppo', ppo });
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([`ppo.${name}`]);
  });
});
