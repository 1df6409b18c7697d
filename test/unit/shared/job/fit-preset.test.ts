import { describe, expect, it } from 'vitest';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import type { Environment } from '../../../../src/shared/environments/environment.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { defineGymnasium } from '../../../../src/shared/gymnasium/define-gymnasium.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { presets } from '../../../../src/shared/job/presets.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';

/** Environments of Gymnasium that have presets, as their Python would describe them. */
const halfCheetah = defineGymnasium('gymnasium:HalfCheetah-v5', {
  type: 'gymnasium',
  python: 'python3',
  description: {
    observationSpace: { type: 'box', shape: [17], low: null, high: null, isBytes: false },
    actionSpace: { type: 'box', shape: [6], low: -1, high: 1, isBytes: false },
    maxEpisodeSteps: 1000,
    rewardThreshold: 4800,
    hasActionMask: false,
    atari: 'no',
    version: '1.3.0',
  },
});
const pong = defineGymnasium('gymnasium:ALE/Pong-v5', {
  type: 'gymnasium',
  python: 'python3',
  description: {
    observationSpace: { type: 'box', shape: [210, 160, 3], low: 0, high: 255, isBytes: true },
    actionSpace: { type: 'discrete', n: 6 },
    maxEpisodeSteps: null,
    rewardThreshold: null,
    hasActionMask: false,
    atari: 'yes',
    version: '1.3.0',
  },
});
const environments = new EnvironmentRegistry<Environment>([...builtInEnvironments, halfCheetah, pong]);

function resolve(request: JobRequest): JobSpec {
  const parsed = jobRequestSchema.parse(request);
  return resolveJobSpec(parsed, environments.get(parsed.environment), () => 7);
}

const cartPole = { environment: 'CartPole-v1' } as const;
const asTuned = resolve(cartPole);
const scaled = {
  normalizeObservations: true,
  normalizeRewards: true,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  optimizer: { learningRate: 0.003, criticLearningRate: null },
};

describe('a job that names no algorithm', () => {
  it.each([
    ['a3c', ['CartPole-v1', 'Acrobot-v1', 'MountainCar-v0', 'MountainCarContinuous-v0', 'Pendulum-v1']],
    [
      'ppo',
      ['LunarLander-v3', 'LunarLanderContinuous-v3', 'BipedalWalker-v3', 'MemoryChain-v0', 'DeepSea-v0'],
    ],
    ['ppo', ['gymnasium:HalfCheetah-v5', 'gymnasium:ALE/Pong-v5']],
  ])('trains with %s where that is the first choice', (algorithm, names) => {
    const chosen = names.map((environment) => [environment, resolve({ environment }).algorithm]);
    expect(chosen).toEqual(names.map((environment) => [environment, algorithm]));
  });
});

describe('a preset', () => {
  it.each(presets.map((preset) => ({ ...preset, name: `${preset.environment} ${preset.algorithm}` })))(
    'of $name gives what it says where a request changes nothing it was tuned with',
    ({ environment, algorithm, settings }) => {
      const spec = resolve({ environment, algorithm });
      const { workers, seed, stop, evaluation, name, metadata, ...tuned } = spec;
      expect(spec).toMatchObject(settings);
      const restated = { environment, algorithm, network: tuned.network, optimizer: tuned.optimizer };
      expect(resolve(restated)).toEqual(spec);
      const others = { workers: 1, stop: { maxSteps: 1000 }, evaluation: { episodes: 3 } };
      expect(resolve({ environment, algorithm, ...others })).toMatchObject(tuned);
    },
  );

  it('is that of the environment without settings, where an id has some', () => {
    const { environment, ...spec } = resolve({ environment: 'MemoryChain-v0?length=5' });
    expect(environment).toBe('MemoryChain-v0?length=5');
    const { environment: plain, ...tuned } = resolve({ environment: 'MemoryChain-v0' });
    expect(spec).toEqual(tuned);
    expect(spec.network.layers.some(({ type }) => type === 'lstm')).toBe(true);
  });

  it.each<Omit<JobRequest, 'environment'>>([
    { network: { shared: true } },
    { network: { layers: [{ type: 'dense', units: 64, activation: 'relu' }] } },
    { network: { layers: [{ type: 'dense', units: 100, activation: 'tanh' }] } },
    { network: { initialization: 'glorot' } },
    { optimizer: { type: 'rmsprop' } },
    { discount: 0.999 },
    { environmentsPerWorker: 16 },
    { rolloutLength: 128 },
  ])('leaves its rates to scaled settings for %j', (override) => {
    const spec = resolve({ ...cartPole, ...override });
    expect(spec).toMatchObject({
      ...scaled,
      ...override,
      optimizer: { ...scaled.optimizer, ...override.optimizer },
    });
    // What is about the environment stays.
    const { gaeLambda, entropyCoefficient, stop, evaluation } = asTuned;
    expect(spec).toMatchObject({ gaeLambda, entropyCoefficient, stop, evaluation });
  });

  it('never outweighs what a request says itself', () => {
    const said = {
      network: { shared: true },
      normalizeObservations: false,
      valueCoefficient: 0.1,
      maxGradientNorm: null,
      optimizer: { learningRate: 0.01, beta1: 0.8 },
    };
    expect(resolve({ ...cartPole, ...said })).toMatchObject(said);
  });

  it('keeps its weight of the value loss where returns stay as they are', () => {
    const { valueCoefficient } = resolve({ ...cartPole, network: { shared: true }, normalizeRewards: false });
    expect(valueCoefficient).toBe(asTuned.valueCoefficient);
  });

  it('drops its value layers if a request names layers, which then apply to both towers', () => {
    const request = { environment: 'MountainCarContinuous-v0', algorithm: 'actor-critic' } as const;
    const layers = [{ type: 'dense', units: 16, activation: 'tanh' } as const];
    expect(resolve(request).network.valueLayers).toHaveLength(2);
    expect(resolve({ ...request, network: { initialization: 'glorot' } }).network.valueLayers).toHaveLength(
      2,
    );
    expect(resolve({ ...request, network: { layers } }).network).not.toHaveProperty('valueLayers');
    expect(resolve({ ...request, network: { shared: true } }).network).not.toHaveProperty('valueLayers');
  });

  it('of ddpg keeps its rates: its two networks share nothing', () => {
    const request = { environment: 'Pendulum-v1', algorithm: 'ddpg' } as const;
    const { optimizer, ...tuned } = resolve(request);
    const layers = [{ type: 'dense', units: 16, activation: 'tanh' } as const];
    const spec = resolve({ ...request, network: { layers } });
    expect(spec.optimizer).toEqual(optimizer);
    expect(spec).toMatchObject({ ...tuned, network: { layers } });
  });
});
