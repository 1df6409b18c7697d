// Defaults of a ddpg job, and what it refuses.
import { describe, expect, it } from 'vitest';
import type { EnvironmentDefinition } from '../../../../src/shared/environments/environment.ts';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { ddpgDefaults } from '../../../../src/shared/algorithms/ddpg/own-settings.ts';
import { InvalidJobError, resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { createBoxSpace } from '../../../../src/shared/spaces/space.ts';
import { createMoreIsBetter } from '../../../fixtures/ddpg-algorithm.ts';

const environments = new EnvironmentRegistry(builtInEnvironments);
const plain = createMoreIsBetter(createBoxSpace([2], -1, 1));
const unbounded = createMoreIsBetter(createBoxSpace([2], -1, Infinity));

function resolve(request: Partial<JobRequest>, definition: EnvironmentDefinition = plain): JobSpec {
  const parsed = jobRequestSchema.parse({ environment: definition.id, algorithm: 'ddpg', ...request });
  return resolveJobSpec(parsed, definition, () => 1);
}

function findIssues(request: Partial<JobRequest>, definition?: EnvironmentDefinition): string[] {
  try {
    resolve(request, definition);
    return [];
  } catch (error) {
    if (error instanceof InvalidJobError)
      return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
}

const picture = { ...plain, observationSpace: createBoxSpace([4, 4, 1], 0, 1) };
const pictureLayers = [
  { type: 'conv2d' as const, filters: 2, kernelSize: 2, strides: 1 },
  { type: 'flatten' as const },
];
const linear = { type: 'deterministic', outputActivation: 'linear' } as const;
const tanh = { type: 'deterministic', outputActivation: 'tanh' } as const;

describe('a ddpg job', () => {
  it('gets its defaults, with inverting gradients for a linear actor in a bounded space', () => {
    const { ddpg, policy, rolloutLength, environmentsPerWorker } = resolve({});
    expect(ddpg).toEqual({ ...ddpgDefaults, invertGradients: true });
    expect(policy).toEqual(linear);
    expect(rolloutLength * environmentsPerWorker).toBe(1);
  });

  it('gets none for a tanh actor, or without bounds', () => {
    expect(resolve({ policy: tanh }).ddpg?.invertGradients).toBe(false);
    expect(resolve({}, unbounded).ddpg?.invertGradients).toBe(false);
  });

  it('keeps the defaults of what a request does not say, field by field', () => {
    const { ddpg } = resolve({
      ddpg: { batchSize: 7, warmUp: { actorSteps: 5 }, noise: { type: 'gaussian' } },
    });
    expect(ddpg).toMatchObject({
      replaySize: ddpgDefaults.replaySize,
      batchSize: 7,
      warmUp: { criticSteps: ddpgDefaults.warmUp.criticSteps, actorSteps: 5 },
    });
  });

  it('takes nothing from a preset of another algorithm, nor they from its own', () => {
    const pendulum = environments.get('Pendulum-v1');
    expect(resolve({}, pendulum).policy.type).toBe('deterministic');
    expect(resolve({ algorithm: 'a3c' }, pendulum).ddpg).toBeNull();
    expect(resolve({ algorithm: 'a3c' }, pendulum).policy.type).not.toBe('deterministic');
    const target = environments.get('GaussianTarget-v0');
    expect(resolve({}, target).rolloutLength).toBe(1);
  });
});

describe('an actor that looks at pictures', () => {
  it('may have a critic of dense layers', () => {
    const network = { layers: pictureLayers, valueLayers: [{ type: 'dense' as const, units: 8 }] };
    expect(resolve({ network }, picture).network.layers).toHaveLength(2);
  });
});

describe('what ddpg cannot be combined with is refused', () => {
  const cartPole = environments.get('CartPole-v1');

  interface Refusal {
    readonly what: string;
    readonly request: Partial<JobRequest>;
    readonly start: string;
    readonly definition?: EnvironmentDefinition;
  }
  const pendulum = environments.get('Pendulum-v1');
  const gaussian = { type: 'gaussian' } as const;
  const inverting = { invertGradients: true };
  const cases: readonly Refusal[] = [
    { what: 'discrete actions', request: {}, start: 'algorithm: ddpg needs', definition: cartPole },
    { what: 'a stochastic policy', request: { policy: gaussian }, start: 'policy.type: ' },
    {
      what: 'a deterministic policy for a3c',
      request: { algorithm: 'a3c', policy: linear },
      start: 'policy.type: ',
    },
    {
      what: 'its settings for a3c',
      request: { algorithm: 'a3c', ddpg: { batchSize: 5 } },
      start: 'ddpg: only',
    },
    { what: 'its settings for random', request: { algorithm: 'random', ddpg: {} }, start: 'ddpg: only' },
    { what: 'a shared trunk', request: { network: { shared: true } }, start: 'network.shared: ' },
    {
      what: 'tanh without bounds',
      request: { policy: tanh },
      start: 'policy.outputActivation: ',
      definition: unbounded,
    },
    {
      what: 'inverting without bounds',
      request: { ddpg: inverting },
      start: 'ddpg.invertGradients: ',
      definition: unbounded,
    },
    {
      what: 'inverting with tanh',
      request: { policy: tanh, ddpg: inverting },
      start: 'ddpg.invertGradients: ',
    },
    {
      what: 'batches larger than the memory',
      request: { ddpg: { replaySize: 10, batchSize: 11 } },
      start: 'ddpg.batchSize: ',
    },
    { what: 'whole episodes', request: { rolloutEpisodes: 2 }, start: 'rolloutEpisodes: ' },
    {
      what: 'normalized observations',
      request: { normalizeObservations: true },
      start: 'normalizeObservations: ',
    },
    { what: 'normalized rewards', request: { normalizeRewards: true }, start: 'normalizeRewards: ' },
    {
      what: 'a critic that looks at pictures',
      request: { network: { layers: pictureLayers } },
      start: 'network.valueLayers: ',
      definition: picture,
    },
    {
      what: 'an actor that remembers',
      request: {
        network: { layers: [{ type: 'lstm', units: 4 }], valueLayers: [{ type: 'dense', units: 4 }] },
      },
      start: 'network.layers.0: ',
    },
    {
      what: 'a memory too large',
      request: { ddpg: { replaySize: 100_000_000 } },
      start: 'ddpg.replaySize: ',
      definition: pendulum,
    },
  ];

  it.each(cases)('$what', ({ request, start, definition }) => {
    const issues = findIssues(request, definition);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(start);
  });

  it('and unknown fields', () => {
    const request: unknown = { environment: plain.id, ddpg: { tau: 0.1 } };
    expect(jobRequestSchema.safeParse(request).error?.message).toContain('tau');
  });
});
