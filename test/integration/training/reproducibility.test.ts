// a2c promises the same numbers, bit by bit, for the same seed and workers.
import { describe, expect, it } from 'vitest';
import { inspectTopology } from '../../../src/shared/engines/tfjs/inspect-topology.ts';
import { startBackend } from '../../../src/shared/engines/tfjs/start-backend.ts';
import type { EngineChoice } from '../../../src/shared/engines/engine-choice.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import type { EpisodeRecord } from '../../../src/shared/protocol/messages.ts';
import { createTfjsChoice, fastBackends } from '../../fixtures/engine-kinds.ts';
import { startTraining } from '../../fixtures/start-training.ts';
import { createNormalizedTopology } from '../../fixtures/topologies/example-topologies.ts';

const rolloutLength = 10;
const environmentsPerWorker = 3;
const base: JobRequest = {
  environment: 'CartPole-v1',
  algorithm: 'a2c',
  workers: 2,
  seed: 1,
  rolloutLength,
  environmentsPerWorker,
  network: { layers: [{ type: 'dense', units: 16, activation: 'tanh' }] },
  stop: { maxSteps: 12_000, targetReward: null },
};

/** What a run came to, without what depends on the clock. */
async function train(changes: Partial<JobRequest>, engine?: EngineChoice) {
  const episodes: EpisodeRecord[] = [];
  const listener = {
    onEpisode: (episode: EpisodeRecord) => {
      episodes.push(episode);
    },
  };
  const run = startTraining({ ...base, ...changes }, { listener, ...(engine && { engine }) });
  const { finalParameters, figures, best } = await run.finished;
  const { steps, episodes: count, updates } = figures.progress;
  return {
    parameters: [...finalParameters],
    progress: { steps, episodes: count, updates },
    reward: figures.reward,
    bestParameters: [...(best?.parameters ?? [])],
    episodes,
  };
}

describe('ppo', () => {
  const ppo = { epochs: 3, minibatches: 2 };

  it.each([1, 2])('repeats itself bit by bit with %i workers', async (workers) => {
    const changes: Partial<JobRequest> = { algorithm: 'ppo', workers, ppo };
    const [first, second] = [await train(changes), await train(changes)];
    const roundSteps = workers * rolloutLength * environmentsPerWorker;
    expect(first.progress.steps).toBe(Math.ceil(12_000 / roundSteps) * roundSteps);
    // Of the last rollout only the first minibatch is learned from.
    expect(first.progress.updates).toBe((first.progress.steps / roundSteps - 1) * 6 + 1);
    expect(second).toEqual(first);
  });

  it('repeats itself where rounds end at a divergence', async () => {
    const changes: Partial<JobRequest> = { algorithm: 'ppo', ppo: { ...ppo, targetKl: 0.002 } };
    const [first, second] = [await train(changes), await train(changes)];
    expect(first.progress.updates).toBeLessThan((first.progress.steps / 60) * 6);
    expect(second).toEqual(first);
  });
});

describe('a2c', () => {
  it.each([1, 2, 3])('repeats itself bit by bit with %i workers', async (workers) => {
    const [first, second] = [await train({ workers }), await train({ workers })];
    const roundSteps = workers * rolloutLength * environmentsPerWorker;
    expect(first.progress.steps).toBe(Math.ceil(12_000 / roundSteps) * roundSteps);
    expect(first.progress.episodes).toBeGreaterThan(100);
    expect(first.reward.movingAverage).not.toBeNull();
    expect(second).toEqual(first);
  });

  it('repeats itself with running statistics', async () => {
    await startBackend('cpu');
    const modelTopology = createNormalizedTopology([4], 2);
    const network = { modelTopology, modelDescription: await inspectTopology(modelTopology) };
    const changes: Partial<JobRequest> = { network, stop: { maxSteps: 1_200, targetReward: null } };
    const [first, second] = [await train(changes), await train(changes)];
    expect(second).toEqual(first);
    // Two gammas and betas, heads of two actions and a value, and the running statistics, which begin at 0 and 1.
    const running = first.parameters.slice(4 * 2 + 5 * 2 + 5, 4 * 2 + 5 * 2 + 5 + 8);
    expect(running.every((value, index) => value !== (index < 4 ? 0 : 1))).toBe(true);
  });

  it.each(fastBackends)('repeats itself on TensorFlow.js (%s)', async (backend) => {
    const changes: Partial<JobRequest> = { engine: 'tfjs', stop: { maxSteps: 1_200, targetReward: null } };
    const engine = createTfjsChoice(backend);
    const [first, second] = [await train(changes, engine), await train(changes, engine)];
    expect(first.progress).toMatchObject({ steps: 1_200, updates: 20 });
    expect(second).toEqual(first);
  });

  it('repeats itself with everything that one rollout hands to the next or a worker to the others', async () => {
    const changes: Partial<JobRequest> = {
      environment: 'Pendulum-v1',
      normalizeObservations: true,
      normalizeRewards: true,
      normalizeAdvantages: true,
      finalEntropyCoefficient: 0,
      policy: { type: 'gsde', stepsPerDraw: 7 },
    };
    const [first, second] = [await train(changes), await train(changes)];
    expect(first.progress.episodes).toBeGreaterThan(30);
    expect(second).toEqual(first);
  });

  it('takes another course with another seed or number of workers', async () => {
    const first = await train({});
    const otherSeed = await train({ seed: 2 });
    const otherWorkers = await train({ workers: 1 });
    expect(otherSeed.parameters).not.toEqual(first.parameters);
    expect(otherSeed.reward.movingAverage).not.toBe(first.reward.movingAverage);
    expect(otherWorkers.parameters).not.toEqual(first.parameters);
  });

  it('gives each worker episodes of its own', async () => {
    const { episodes } = await train({});
    const [first, second] = [0, 1].map((index) =>
      episodes.filter(({ worker }) => worker === index).map(({ length }) => length),
    );
    expect(first?.slice(0, 20)).not.toEqual(second?.slice(0, 20));
  });

  it('learns the same however often it is evaluated', async () => {
    const seldom = await train({ evaluation: { episodes: 1, everySteps: 1e6 } });
    const often = await train({ evaluation: { episodes: 2, everySteps: 1 } });
    expect(often.parameters).toEqual(seldom.parameters);
    expect(often.episodes).toEqual(seldom.episodes);
  });

  it('folds each round in the order of the workers, one update a round', async () => {
    const workers = 3;
    const { episodes, progress } = await train({ workers });
    const rolloutSteps = rolloutLength * environmentsPerWorker;
    expect(progress.updates).toBe(progress.steps / (workers * rolloutSteps));
    const expected = episodes.map(({ steps }) => (steps / rolloutSteps - 1) % workers);
    expect(episodes.map(({ worker }) => worker)).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([0, 1, 2]));
  });
});
