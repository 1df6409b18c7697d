// Settings that follow from the algorithm, and settings that an algorithm refuses.
import { describe, expect, it } from 'vitest';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { InvalidJobError, resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { storedJobSpecSchema } from '../../../../src/shared/job/stored-job-spec.ts';

const environments = new EnvironmentRegistry(builtInEnvironments);

function resolve(request: JobRequest): JobSpec {
  const parsed = jobRequestSchema.parse(request);
  return resolveJobSpec(parsed, environments.get(parsed.environment), () => 7);
}

function findIssues(request: JobRequest): Record<string, string> {
  try {
    resolve(request);
    return {};
  } catch (error) {
    if (!(error instanceof InvalidJobError)) throw error;
    return Object.fromEntries(error.issues.map(({ path, message }) => [path, message]));
  }
}

describe('reinforce', () => {
  it('takes whole episodes of one environment, with room for them all', () => {
    const spec = resolve({ environment: 'MountainCar-v0', algorithm: 'reinforce', rolloutEpisodes: 4 });
    expect(spec).toMatchObject({ rolloutEpisodes: 4, rolloutLength: 800, environmentsPerWorker: 1 });
    expect(spec.gaeLambda).toBe(1);
  });

  it('takes as many episodes as fit where the request does not say', () => {
    const spec = resolve({ environment: 'MountainCarContinuous-v0', algorithm: 'reinforce' });
    expect(spec.rolloutEpisodes).toBe(4);
    expect(spec.rolloutLength).toBe(4 * 999);
  });

  it('is refused without episodes, without room for them, and beside other environments', () => {
    const request = { environment: 'Acrobot-v1', algorithm: 'reinforce' } as const;
    expect(findIssues({ ...request, rolloutEpisodes: null })).toHaveProperty('rolloutEpisodes');
    expect(findIssues({ ...request, rolloutEpisodes: 2, rolloutLength: 999 })).toEqual({
      rolloutLength:
        '2 whole episodes of Acrobot-v1 can take 1000 steps; rolloutLength must be at least that for reinforce',
    });
    expect(findIssues({ ...request, environmentsPerWorker: 2 })).toHaveProperty('environmentsPerWorker');
  });
});

describe('actor-critic', () => {
  it('learns from single steps', () => {
    const request = { environment: 'Pendulum-v1', algorithm: 'actor-critic' } as const;
    expect(resolve(request).gaeLambda).toBe(0);
    expect(findIssues({ ...request, gaeLambda: 0.5 })).toHaveProperty('gaeLambda');
  });
});

describe('whole episodes', () => {
  it('are a setting of any algorithm', () => {
    const spec = resolve({ environment: 'CartPole-v1', algorithm: 'a3c', rolloutEpisodes: 1 });
    expect(spec).toMatchObject({ rolloutEpisodes: 1, rolloutLength: 500, environmentsPerWorker: 1 });
  });
});

describe('a schedule', () => {
  it('needs steps to go by, and a norm to begin at', () => {
    const stop = { maxSteps: null, maxSeconds: 5 };
    const optimizer = { schedule: 'constant' } as const;
    const request = { environment: 'CartPole-v1', stop, optimizer };
    expect(findIssues({ ...request, finalEntropyCoefficient: 0 })).toHaveProperty('finalEntropyCoefficient');
    expect(findIssues({ ...request, finalMaxGradientNorm: 1 })).toHaveProperty('finalMaxGradientNorm');
    expect(
      findIssues({ environment: 'CartPole-v1', maxGradientNorm: null, finalMaxGradientNorm: 1 }),
    ).toHaveProperty('finalMaxGradientNorm');
  });
});

describe('gsde', () => {
  it('fits boxes only', () => {
    const policy = { type: 'gsde' } as const;
    expect(findIssues({ environment: 'Pendulum-v1', policy })).toEqual({});
    expect(findIssues({ environment: 'CartPole-v1', policy })).toHaveProperty('policy.type');
  });
});

describe('a spec stored before a field existed', () => {
  it('means what earlier versions did', () => {
    const {
      normalizeObservations: _added,
      rolloutEpisodes: _other,
      ...older
    } = resolve({
      environment: 'CartPole-v1',
    });
    expect(storedJobSpecSchema.parse(older)).toMatchObject({
      ...older,
      normalizeObservations: false,
      rolloutEpisodes: null,
    });
    expect(storedJobSpecSchema.parse({ ...older, checkpoint: { everySeconds: 7 } }).checkpoint).toEqual({
      everySeconds: 7,
      keep: 2,
    });
    const evaluation = { episodes: 3, everySteps: 70 };
    expect(storedJobSpecSchema.parse({ ...older, evaluation }).evaluation).toEqual({
      ...evaluation,
      confirmationEpisodes: 0,
    });
    expect(storedJobSpecSchema.safeParse('no spec').success).toBe(false);
  });
});
