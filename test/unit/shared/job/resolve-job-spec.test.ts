import { describe, expect, it } from 'vitest';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { findPreset, InvalidJobError, resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';

const environments = new EnvironmentRegistry(builtInEnvironments);

function resolve(request: JobRequest, seed = 7): JobSpec {
  const parsed = jobRequestSchema.parse(request);
  return resolveJobSpec(parsed, environments.get(parsed.environment), () => seed);
}

function findIssuePaths(request: JobRequest): string[] {
  try {
    resolve(request);
    return [];
  } catch (error) {
    if (error instanceof InvalidJobError) return error.issues.map(({ path }) => path);
    throw error;
  }
}

describe('resolveJobSpec', () => {
  it('fills what a request does not say from the preset, field by field', () => {
    const tuned = findPreset('CartPole-v1', 'a3c')?.settings;
    const spec = resolve({ environment: 'CartPole-v1', optimizer: { type: 'adam', learningRate: 0.5 } });
    expect(spec).toMatchObject({ ...tuned, optimizer: { ...tuned?.optimizer, learningRate: 0.5 } });
  });

  it('stops at the reward threshold of the environment, unless the request says otherwise', () => {
    expect(resolve({ environment: 'CartPole-v1' }).stop.targetReward).toBe(475);
    const spec = resolve({ environment: 'CartPole-v1', stop: { targetReward: null } });
    expect(spec.stop.targetReward).toBeNull();
  });

  it('draws a seed only where the request has none', () => {
    expect(resolve({ environment: 'CartPole-v1' }, 99).seed).toBe(99);
    expect(resolve({ environment: 'CartPole-v1', seed: 3 }, 99).seed).toBe(3);
  });

  it('takes nothing from a preset that is tuned for another optimizer', () => {
    const { optimizer } = resolve({ environment: 'CartPole-v1', optimizer: { type: 'rmsprop' } });
    expect(optimizer).toMatchObject({ type: 'rmsprop', learningRate: 0.003, criticLearningRate: null });
  });

  it('shares a trunk although the preset has a learning rate for the critic', () => {
    const spec = resolve({ environment: 'CartPole-v1', network: { shared: true } });
    expect(spec.network.shared).toBe(true);
    expect(spec.optimizer.criticLearningRate).toBeNull();
  });

  it('refuses a learning rate for the critic of a shared trunk', () => {
    const optimizer = { type: 'adam', criticLearningRate: 0.1 } as const;
    expect(findIssuePaths({ environment: 'CartPole-v1', network: { shared: true }, optimizer })).toEqual([
      'optimizer.criticLearningRate',
    ]);
  });

  it('refuses layers that do not fit, with their place', () => {
    const convolution = { type: 'conv2d', filters: 4, kernelSize: 3 } as const;
    const dense = { type: 'dense', units: 8 } as const;
    const flatten = { type: 'flatten' } as const;
    expect(findIssuePaths({ environment: 'CartPole-v1', network: { layers: [dense, convolution] } })).toEqual(
      ['network.layers.1'],
    );
    const network = { layers: [convolution, dense], valueLayers: [convolution, flatten, convolution] };
    expect(findIssuePaths({ environment: 'Catch-v0', network: { shared: false, ...network } })).toEqual([
      'network.layers.1',
      'network.valueLayers.2',
    ]);
    expect(findIssuePaths({ environment: 'Catch-v0', network: { layers: [dense] } })).toEqual([]);
    expect(findIssuePaths({ environment: 'Catch-v0', network: { layers: [convolution, flatten] } })).toEqual(
      [],
    );
  });

  it('refuses a memory where single steps are learned from', () => {
    const network = { layers: [{ type: 'lstm', units: 8 } as const] };
    const request = { environment: 'CartPole-v1', algorithm: 'actor-critic', gaeLambda: 0, network } as const;
    expect(findIssuePaths(request)).toEqual(['network.layers']);
    expect(findIssuePaths({ ...request, algorithm: 'a3c' })).toEqual([]);
  });

  it('takes the first choice of an environment where a request names no algorithm, and the second where it does', () => {
    expect(findPreset('LunarLander-v3', undefined)?.algorithm).toBe('ppo');
    expect(findPreset('LunarLander-v3', 'a3c')).toMatchObject({
      algorithm: 'a3c',
      settings: { rolloutLength: 32 },
    });
    expect(findPreset('CartPole-v1', undefined)?.algorithm).toBe('a3c');
  });

  it('takes no preset whose network remembers where single steps are learned from', () => {
    expect(findPreset('CartPolePositions-v0', 'reinforce')?.settings.network?.layers).toContainEqual({
      type: 'lstm',
      units: 48,
    });
    expect(findPreset('CartPolePositions-v0', 'actor-critic')).toBeUndefined();
    expect(findIssuePaths({ environment: 'CartPolePositions-v0', algorithm: 'actor-critic' })).toEqual([]);
  });

  it('refuses jobs that never end', () => {
    const stop = { maxSteps: null, targetReward: null };
    const optimizer = { type: 'adam', schedule: 'constant' } as const;
    expect(findIssuePaths({ environment: 'CartPole-v1', stop, optimizer })).toEqual(['stop']);
  });

  it('refuses a linear schedule without a last step', () => {
    const stop = { maxSteps: null, maxSeconds: 1 };
    expect(findIssuePaths({ environment: 'CartPole-v1', stop })).toEqual(['optimizer.schedule']);
  });
});
