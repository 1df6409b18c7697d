// Jobs that do not fit into memory, and the messages for their users.
import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { estimateJobMemory } from '../../../../src/shared/job/estimate-job-memory.ts';
import { findMemoryShortage } from '../../../../src/shared/job/find-memory-shortage.ts';
import { inspectTopology } from '../../../../src/shared/engines/tfjs/inspect-topology.ts';
import { createChain } from '../../../fixtures/topologies/written-topologies.ts';
import type { JobRequest } from '../../../../src/shared/job/job-spec.ts';
import { measureJobMemory } from '../../../../src/shared/job/machine-memory.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';

const gibibyte = 2 ** 30;
const wide = { type: 'dense', units: 1024, activation: 'relu' } as const;

function find(request: JobRequest, availableBytes: number) {
  const definition = new EnvironmentRegistry(builtInEnvironments).get(request.environment);
  return findMemoryShortage(
    resolveJobSpec(request, definition, () => 1),
    definition,
    availableBytes,
  );
}

const large: JobRequest = {
  environment: 'CartPole-v1',
  workers: 64,
  rolloutLength: 512,
  environmentsPerWorker: 84,
  network: { shared: false, layers: [wide, wide] },
};

describe('a job on TensorFlow.js', () => {
  it('takes more memory for each of its threads', () => {
    const request = { environment: 'CartPole-v1', workers: 20 } as const;
    expect(find(request, 1.5 * gibibyte)).toEqual([]);
    expect(find({ ...request, engine: 'tfjs' }, 1.5 * gibibyte)).toMatchObject([{ path: 'workers' }]);
  });

  it('is refused where its topology would not fit', async () => {
    const units = 4000;
    const layers = [
      ['Dense', { units }],
      ['Dense', { units }],
      ['Dense', { units: 2 }],
    ] as const;
    const modelTopology = createChain(...layers);
    const network = { modelTopology, modelDescription: await inspectTopology(modelTopology) };
    const request: JobRequest = { environment: 'CartPole-v1', algorithm: 'reinforce', workers: 1, network };
    // Some 16 million parameters, three times in the worker and sixteen times in the master.
    expect(find(request, 3 * gibibyte)).toEqual([]);
    expect(find(request, 1.5 * gibibyte)).toHaveLength(1);
  });
});

describe('a job', () => {
  it('needs memory for the episodes of an evaluation or of a confirmation, whichever are more', () => {
    const definition = new EnvironmentRegistry(builtInEnvironments).get('CartPole-v1');
    const estimate = (evaluation: JobRequest['evaluation']): number => {
      const network = { shared: false, layers: [wide, wide] };
      const spec = resolveJobSpec({ environment: 'CartPole-v1', network, evaluation }, definition, () => 1);
      return estimateJobMemory(spec, definition).masterBytes;
    };
    const few = estimate({ episodes: 10 });
    expect(estimate({ episodes: 10, confirmationEpisodes: 10 })).toBe(few);
    expect(estimate({ episodes: 10, confirmationEpisodes: 500 })).toBe(estimate({ episodes: 500 }));
    expect(estimate({ episodes: 10, confirmationEpisodes: 500 })).toBeGreaterThan(few);
  });

  it('of 64 workers that each fit is refused where all of them do not', () => {
    const [issue] = find(large, 22 * gibibyte);
    expect(issue?.path).toBe('workers');
    expect(issue?.message).toMatch(
      /would need (8|9)\d\.\d GiB: 1\.\d GiB for each of 64 workers, .* jobs may use 22\.0 GiB .* Reduce workers or rolloutLength$/,
    );
    expect(find({ ...large, workers: 4 }, 22 * gibibyte)).toEqual([]);
  });

  it('that has one worker is told what that one consists of', () => {
    const one = { ...large, workers: 1 };
    expect(find(one, gibibyte)).toMatchObject([{ path: 'rolloutLength' }]);
    expect(find({ ...one, rolloutLength: 8, environmentsPerWorker: 1_000 }, gibibyte / 4)).toMatchObject([
      { path: 'environmentsPerWorker' },
    ]);
    const replay = { environment: 'Pendulum-v1', algorithm: 'ddpg', workers: 1 } as const;
    expect(find({ ...replay, ddpg: { replaySize: 10_000_000 } }, gibibyte)).toMatchObject([
      { path: 'ddpg.replaySize' },
    ]);
  });

  it('of the presets is small', () => {
    for (const definition of builtInEnvironments) {
      const spec = resolveJobSpec({ environment: definition.id, workers: 4 }, definition, () => 1);
      expect(estimateJobMemory(spec, definition).totalBytes).toBeLessThan(gibibyte);
    }
  });
});

it('leaves some of the machine to others', () => {
  expect(measureJobMemory()).toBeGreaterThan(0);
  expect(measureJobMemory()).toBeLessThanOrEqual(0.9 * totalmem());
});
