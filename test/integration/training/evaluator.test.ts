// The evaluator with the real threads it plays on: when it evaluates, and which parameters it keeps.
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { Evaluator } from '../../../src/master/evaluation/evaluator.ts';
import { ThreadWorkerHost } from '../../../src/master/workers/thread-worker-host.ts';
import { kernelChoice } from '../../../src/shared/engines/engine-choice.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../src/shared/random/random.ts';

const hosts: ThreadWorkerHost[] = [];
const kernels = compileKernels();

afterEach(async () => {
  await Promise.all(hosts.splice(0).map(async (host) => await host.close()));
});

function createEvaluator(evaluation: JobRequest['evaluation'], environment = 'Identity-v0') {
  const definition = new EnvironmentRegistry(builtInEnvironments).get(environment);
  const spec = resolveJobSpec(
    { environment, workers: 1, network: { layers: [] }, evaluation },
    definition,
    () => 1,
  );
  const network = describeNetwork(spec, definition);
  const layout = createParameterLayout(network);
  const host = new ThreadWorkerHost({
    workers: { first: 0, count: 1 },
    spec,
    kernels,
    board: new SharedArrayBuffer(64),
    logger: pino({ level: 'silent' }),
  });
  hosts.push(host);
  const scores: { mean: number; episodes: number; isBest: boolean }[] = [];
  const evaluator = new Evaluator({
    spec,
    definition,
    network,
    engine: kernelChoice,
    random: Random.fromSeed(1),
    play: async (assignment) => await host.evaluate(assignment),
    onEvaluation: ({ evaluation: { mean, episodes } }, isBest) => scores.push({ mean, episodes, isBest }),
    onFailure: () => undefined,
  });
  return { evaluator, scores, layout };
}

/** Parameters that know the right action for the first `known` of the four numbers. */
function knowNumbers(size: number, known: number): Float32Array<ArrayBuffer> {
  const parameters = new Float32Array(size);
  for (let number = 0; number < 4; number += 1) {
    const action = number < known ? number : (number + 1) % 4;
    parameters[number * 4 + action] = 1;
  }
  return parameters;
}

/** Evaluates one that knows three numbers, and a hundred times one that knows two, which is lucky at times. */
function evaluateLuckyOnes({ evaluator, layout }: ReturnType<typeof createEvaluator>): void {
  for (let index = 0; index <= 100; index += 1) {
    const parameters = knowNumbers(layout.size, index === 0 ? 3 : 2);
    evaluator.evaluate(parameters, { steps: index, updates: index });
  }
}

describe('the evaluator', () => {
  it('keeps the parameters with the highest mean, of equals the newest', async () => {
    const { evaluator, scores, layout } = createEvaluator({ episodes: 20, everySteps: 1 });
    const candidates = [1, 4, 2, 4, 0].map((known) => knowNumbers(layout.size, known));
    candidates.forEach((parameters, index) => {
      evaluator.evaluate(parameters, { steps: index * 100, updates: index });
    });
    await evaluator.finish();
    expect(scores.map(({ isBest }) => isBest)).toEqual([true, true, false, true, false]);
    expect(scores.map(({ mean }) => Math.round(mean / 5))).toEqual([1, 4, 2, 4, 0]);
    expect(evaluator.best?.parameters).toBe(candidates[3]);
    expect(evaluator.best?.updates).toBe(3);
    expect(evaluator.best?.evaluation).toMatchObject({
      mean: 20,
      standardDeviation: 0,
      episodes: 20,
      steps: 300,
    });
  });

  it.each([
    { episodes: 1, everySteps: 1, rolloutSteps: 8 },
    { episodes: 10, everySteps: 1000, rolloutSteps: 160 },
    { episodes: 3, everySteps: 7000, rolloutSteps: 4000 },
  ])('plays at most a fifth of the steps trained: $episodes episodes', ({ rolloutSteps, ...evaluation }) => {
    const { evaluator } = createEvaluator(evaluation);
    let played = 0;
    for (let steps = rolloutSteps; steps < 50_000; steps += rolloutSteps) {
      if (evaluator.isDue(steps)) {
        evaluator.evaluate(new Float32Array(20), { steps, updates: 0 });
        played += evaluation.episodes * 20;
      }
      expect(played).toBeLessThanOrEqual(steps / 5);
      expect(evaluator.isDue(steps)).toBe(false);
    }
    expect(played).toBeGreaterThan(0);
  });

  it('takes lucky parameters for the best ones without a confirmation, and not with one', async () => {
    const unconfirmed = createEvaluator({ episodes: 1, everySteps: 1 });
    evaluateLuckyOnes(unconfirmed);
    await unconfirmed.evaluator.finish();
    expect(unconfirmed.evaluator.best?.updates).toBeGreaterThan(0);
    expect(new Set(unconfirmed.scores.map(({ episodes }) => episodes))).toEqual(new Set([1]));

    const confirmed = createEvaluator({ episodes: 1, everySteps: 1, confirmationEpisodes: 200 });
    evaluateLuckyOnes(confirmed);
    await confirmed.evaluator.finish();
    const [best, ...others] = confirmed.scores;
    expect(best).toMatchObject({ isBest: true, episodes: 201 });
    expect(confirmed.evaluator.best?.evaluation).toMatchObject({ episodes: 201, mean: best?.mean });
    expect(Math.abs((best?.mean ?? 0) - 15)).toBeLessThan(1);
    const lucky = others.filter(({ episodes }) => episodes === 201);
    const unlucky = others.filter(({ episodes }) => episodes === 1);
    expect(lucky.length).toBeGreaterThan(0);
    expect(unlucky.length).toBeGreaterThan(0);
    expect(lucky.length + unlucky.length).toBe(100);
    // A mean that would have been the best was confirmed; the mean of all its episodes is that of the policy.
    expect(unlucky.every(({ mean }) => mean < (best?.mean ?? 0))).toBe(true);
    expect(lucky.every(({ mean, isBest }) => !isBest && Math.abs(mean - 10) < 1)).toBe(true);
  });

  it('confirms with episodes that it has not played', async () => {
    const first = createEvaluator({ episodes: 3, everySteps: 1, confirmationEpisodes: 3 });
    const second = createEvaluator({ episodes: 3, everySteps: 1 });
    for (const { evaluator, layout } of [first, second]) {
      evaluator.evaluate(knowNumbers(layout.size, 2), { steps: 1, updates: 1 });
      await evaluator.finish();
    }
    expect(first.scores[0]?.mean).not.toBe(second.scores[0]?.mean);
  });

  it('goes on with evaluations that were not finished, to the same scores', async () => {
    const evaluation = { episodes: 1, everySteps: 1, confirmationEpisodes: 20 };
    const whole = createEvaluator(evaluation);
    evaluateLuckyOnes(whole);
    await whole.evaluator.finish();

    const interrupted = createEvaluator(evaluation);
    evaluateLuckyOnes(interrupted);
    while (interrupted.scores.length < 10) await new Promise((resolve) => setImmediate(resolve));
    const state = interrupted.evaluator.getState();
    const known = [...interrupted.scores];
    const resumed = createEvaluator(evaluation);
    resumed.evaluator.setState(state);
    await resumed.evaluator.finish();
    await interrupted.evaluator.finish();
    expect([...known, ...resumed.scores]).toEqual(whole.scores);
    expect(resumed.evaluator.best).toEqual(whole.evaluator.best);
  });

  it('waits the configured number of steps, if that is longer', () => {
    const { evaluator } = createEvaluator({ episodes: 1, everySteps: 6000 });
    expect([5999, 6000].map((steps) => evaluator.isDue(steps))).toEqual([false, true]);
  });
});
