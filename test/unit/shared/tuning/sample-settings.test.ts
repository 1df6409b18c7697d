import { describe, expect, it } from 'vitest';
import { describeOrigin, sampleSettings } from '../../../../src/shared/tuning/sample-settings.ts';
import { listDimensions } from '../../../../src/shared/tuning/search-space.ts';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { algorithmNames } from '../../../../src/shared/algorithms/algorithms.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const environments = new EnvironmentRegistry(builtInEnvironments);
const drawsPerCase = 20;

function originOf(request: JobRequest) {
  const fixed = jobRequestSchema.parse(request);
  return { fixed, definition: environments.get(fixed.environment) };
}

function resolve(request: JobRequest): JobSpec {
  return resolveJobSpec(jobRequestSchema.parse(request), environments.get(request.environment), () => 1);
}

function sample(request: JobRequest, count = drawsPerCase): JobRequest[] {
  const random = Random.fromSeed(5);
  return Array.from({ length: count }, (_, index) => sampleSettings(originOf(request), random.split(index)));
}

const tunable = algorithmNames.filter((algorithm) => algorithm !== 'random');
const cases = builtInEnvironments.flatMap(({ id, actionSpace }) =>
  tunable
    .filter((algorithm) => algorithm !== 'ddpg' || actionSpace.type === 'box')
    .map((algorithm) => [id, algorithm] as const),
);

describe('drawn settings', () => {
  it.each(cases)('make a job of %s with %s', (environment, algorithm) => {
    for (const request of sample({ environment, algorithm })) {
      const spec = resolve(request);
      expect(spec).toMatchObject(request);
      expect(spec).toMatchObject({ environment, algorithm });
    }
  });

  it('vary every setting there is, within its bounds', () => {
    for (const environment of ['CartPole-v1', 'Pendulum-v1']) {
      const specs = sample({ environment, optimizer: { type: 'adam' } }, 100).map(resolve);
      for (const { path, distribution } of specs[0] ? listDimensions(specs[0]) : []) {
        const values = specs.map((spec) => read(spec, path));
        expect(new Set(values).size, path).toBeGreaterThan(1);
        if (distribution.type === 'choice') {
          for (const value of values) expect(distribution.values, path).toContain(value);
          continue;
        }
        const numbers = values.map(Number);
        expect(Math.min(...numbers), path).toBeGreaterThanOrEqual(distribution.low);
        expect(Math.max(...numbers), path).toBeLessThanOrEqual(distribution.high);
        const middle = Math.sqrt(distribution.low * distribution.high);
        const below = numbers.filter((number) => number < middle).length;
        expect(below, path).toBeGreaterThan(30);
        expect(below, path).toBeLessThan(70);
      }
    }
  });

  it('try both optimizers, unless a field of one of them is fixed', () => {
    const typesOf = (request: JobRequest) => new Set(sample(request).map(({ optimizer }) => optimizer?.type));
    expect(typesOf({ environment: 'CartPole-v1' })).toEqual(new Set(['adam', 'rmsprop']));
    for (const optimizer of [{ beta2: 0.99 }, { type: 'adam' }] as const) {
      expect(typesOf({ environment: 'CartPole-v1', optimizer })).toEqual(new Set(['adam']));
    }
  });

  it('keep every fixed field', () => {
    const request: JobRequest = {
      environment: 'Pendulum-v1',
      rolloutLength: 5,
      discount: 0.123,
      workers: 3,
      optimizer: { learningRate: 0.5, criticLearningRate: null },
      policy: { type: 'gaussian', initialLogStandardDeviation: -3 },
      stop: { maxSteps: 77, maxSeconds: 9 },
      name: 'mine',
    };
    for (const drawn of sample(request)) expect(drawn).toMatchObject(request);
  });

  it('have one learning rate on a shared trunk', () => {
    for (const { optimizer } of sample({ environment: 'Acrobot-v1', network: { shared: true } })) {
      expect(optimizer?.criticLearningRate).toBeNull();
    }
  });

  it('leave the size of a rollout to whole episodes', () => {
    const environment = 'CartPole-v1';
    for (const request of [{ algorithm: 'reinforce' }, { rolloutEpisodes: 2 }] as const) {
      const { rolloutLength, environmentsPerWorker } = resolve({ environment, ...request });
      for (const drawn of sample({ environment, ...request })) {
        expect(drawn).toMatchObject({ rolloutLength, environmentsPerWorker });
      }
    }
  });

  it('are the same for the same random stream, and say nothing of a seed', () => {
    const request: JobRequest = { environment: 'CartPole-v1', seed: 8 };
    expect(sample(request)).toEqual(sample(request));
    expect(sample(request)[0]).not.toHaveProperty('seed');
  });
});

describe('the settings a search starts from', () => {
  it.each(cases)('train %s with %s as without a search', (environment, algorithm) => {
    const { stop, ...spec } = resolve({ environment, algorithm });
    const origin = describeOrigin(originOf({ environment, algorithm }));
    expect(resolve(origin)).toEqual({ ...spec, stop });
  });

  it('are refused where nothing can be tuned', () => {
    expect(() => describeOrigin(originOf({ environment: 'CartPole-v1', algorithm: 'random' }))).toThrow(
      'algorithm: random has no settings to tune',
    );
  });
});

function read(spec: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([name]) => name === key)?.[1]
          : undefined,
      spec,
    );
}
