// Gradients as they arrive: applied at once, or held until the round of all workers is complete.
import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import { describe, expect, it } from 'vitest';
import { GradientIntake } from '../../../../src/master/learner/gradient-intake.ts';
import { Learner } from '../../../../src/master/learner/learner.ts';
import { TrainingStatistics } from '../../../../src/master/learner/training-statistics.ts';
import { workerPhases } from '../../../../src/shared/measures/measures.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import {
  gradientBufferBytes,
  type HeaderCoverage,
  viewGradient,
  writeGradientHeader,
} from '../../../../src/shared/protocol/gradient-buffer.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { kernelKinds } from '../../../fixtures/recorded-rollout.ts';

const layout = createParameterLayout({
  network: { shared: false, layers: [], initialization: 'orthogonal' },
  observationShape: [2],
  policyOutputs: 2,
});
const shape = { parameters: layout.trainableSize, episodes: 1, moments: 0 };

function createIntake(
  { learnsInRounds, maxStaleness = null }: { learnsInRounds: boolean; maxStaleness?: number | null },
  maxKl: number | null = null,
) {
  const returned: number[] = [];
  /** Versions at which workers that have come may begin. */
  const rollouts: number[] = [];
  /** Steps and version at the end of each round. */
  const rounds: (readonly [steps: number, version: number])[] = [];
  const statistics = new TrainingStatistics({ spec: exampleSpec }, 0);
  const learner = new Learner({
    settings: { spec: exampleSpec },
    layout,
    initialParameters: new Float32Array(layout.size),
    engine: new WasmEngine(kernelKinds.webAssembly),
  });
  const intake = new GradientIntake({
    learnsInRounds,
    maxStaleness,
    maxKl,
    workers: 2,
    shape,
    learner,
    statistics,
    onRollout: () => rollouts.push(learner.version),
    onRound: () => rounds.push([statistics.steps, learner.version]),
    returnBuffer: (workerIndex) => returned.push(workerIndex),
    onEpisode: () => undefined,
  });
  const send = (
    workerIndex: number,
    coverage: HeaderCoverage = 'everything',
    { approximateKl = 0, steps = 10 }: { approximateKl?: number; steps?: number } = {},
  ): boolean => {
    const buffer = new ArrayBuffer(gradientBufferBytes(shape));
    const losses = { policyLoss: 0, valueLoss: 0, entropy: 0, gradientNorm: 1 };
    const policy = {
      policyMean: 0,
      policyStandardDeviation: 1,
      approximateKl,
      clipFraction: 0,
      explainedVariance: 0,
    };
    const header = { parameterVersion: 0, steps, episodes: 0, coverage };
    const phaseTimes = new Float64Array(workerPhases.length);
    writeGradientHeader(buffer, header, { metrics: { ...losses, ...policy }, phaseTimes });
    viewGradient(buffer, shape).fill(1);
    return intake.receive(workerIndex, buffer);
  };
  return { intake, learner, returned, rollouts, rounds, send, statistics };
}

describe('a3c', () => {
  it('applies each gradient and gives its buffer back at once', () => {
    const { learner, returned, send } = createIntake({ learnsInRounds: false });
    expect(send(1)).toBe(true);
    expect(learner.version).toBe(1);
    expect(returned).toEqual([1]);
  });
});

describe('maxStaleness', () => {
  it('refuses and counts older gradients, whose steps count all the same', () => {
    const { learner, returned, send, statistics } = createIntake({ learnsInRounds: false, maxStaleness: 1 });
    for (const worker of [0, 1]) send(worker);
    expect([learner.version, learner.stale]).toEqual([2, 0]);
    const before = learner.copyParameters();
    // Its parameters are those before both updates.
    expect(send(0)).toBe(true);
    expect([learner.version, learner.stale, learner.refused]).toEqual([2, 1, 0]);
    expect(learner.copyParameters()).toEqual(before);
    expect(returned).toEqual([0, 1, 0]);
    expect(statistics.steps).toBe(30);
    const { staleness } = statistics.read(1, {
      updates: 2,
      refusedGradients: 0,
      staleGradients: 1,
      workerRestarts: 0,
    });
    expect(staleness).toEqual({ mean: 0.5, max: 1 });
  });

  it('is kept in checkpoints', () => {
    const { learner, send } = createIntake({ learnsInRounds: false, maxStaleness: 0 });
    for (const worker of [0, 1]) send(worker);
    const { learner: resumed } = createIntake({ learnsInRounds: false });
    resumed.setState(learner.getState());
    expect(resumed.stale).toBe(1);
  });
});

describe('a gradient that was added to another one', () => {
  it('counts with its steps and metrics, and is not applied itself', () => {
    const { learner, returned, send, statistics } = createIntake({ learnsInRounds: false });
    const before = learner.copyParameters();
    send(1, 'elsewhere');
    expect(learner.copyParameters()).toEqual(before);
    send(0);
    expect([learner.version, learner.applied, statistics.steps]).toEqual([1, 2, 20]);
    expect(returned).toEqual([1, 0]);
    const { losses, staleness } = statistics.read(1, {
      updates: 1,
      refusedGradients: 0,
      staleGradients: 0,
      workerRestarts: 0,
    });
    expect(losses.gradientNorm).toBe(1);
    expect(staleness).toEqual({ mean: 0, max: 0 });
  });
});

describe('ddpg', () => {
  it('counts the steps of a worker that only remembers, and leaves parameters and figures alone', () => {
    const { learner, returned, send, statistics } = createIntake({ learnsInRounds: false });
    const before = learner.copyParameters();
    expect(send(1, 'nothing')).toBe(true);
    expect(returned).toEqual([1]);
    expect(statistics.steps).toBe(10);
    expect(learner.version).toBe(0);
    expect(learner.copyParameters()).toEqual(before);
    const { losses } = statistics.read(1, {
      updates: 0,
      refusedGradients: 0,
      staleGradients: 0,
      workerRestarts: 0,
    });
    expect(losses.gradientNorm).toBeNull();
  });

  it("moves only the critic by a critic's gradient", () => {
    const { learner, send } = createIntake({ learnsInRounds: false });
    send(0, 'everything');
    const both = learner.copyParameters();
    send(0, 'critic');
    const later = learner.copyParameters();
    // Not even the momentum of the actor carries it on.
    expect(later.subarray(0, layout.criticOffset)).toEqual(both.subarray(0, layout.criticOffset));
    expect(later.subarray(layout.criticOffset)).not.toEqual(both.subarray(layout.criticOffset));
    expect(learner.version).toBe(2);
  });
});

describe('a round', () => {
  it('goes on without a worker that is gone, and waits for it when it is back', () => {
    const { intake, learner, returned, send } = createIntake({ learnsInRounds: true });
    expect(send(0)).toBe(false);
    expect(intake.setPresence(1, false)).toBe(true);
    expect(learner.version).toBe(1);
    expect(send(0)).toBe(true);
    expect(intake.setPresence(1, true)).toBe(false);
    expect(send(0)).toBe(false);
    expect(send(1)).toBe(true);
    expect(learner.version).toBe(3);
    expect(returned).toEqual([0, 0, 0, 1]);
    // What a worker sent before it was gone is void, and nobody is left to go on.
    expect(send(0)).toBe(false);
    expect(intake.setPresence(0, false)).toBe(false);
    expect(intake.setPresence(1, false)).toBe(false);
    expect(learner.version).toBe(3);
  });

  it('counts what a worker sent before it began to wait for its environment', () => {
    const { intake, learner, returned, send, statistics } = createIntake({ learnsInRounds: true });
    send(0);
    expect(intake.setPresence(0, false, true)).toBe(false);
    expect(send(1)).toBe(true);
    expect([learner.version, statistics.steps, returned]).toEqual([1, 20, [0, 1]]);
    expect(send(1)).toBe(true);
    expect(learner.version).toBe(2);
  });

  it('gives the buffer of a gradient back that its worker replaces by another', () => {
    const { learner, returned, send, statistics } = createIntake({ learnsInRounds: true });
    expect([send(0), send(0)]).toEqual([false, false]);
    expect([returned, statistics.steps]).toEqual([[0], 10]);
    expect(send(1)).toBe(true);
    expect([learner.version, returned, statistics.steps]).toEqual([1, [0, 0, 1], 30]);
  });

  it('tells that a rollout begins with its first gradient, before it waits for anybody', () => {
    const { intake, rollouts, send } = createIntake({ learnsInRounds: true });
    send(1);
    expect(rollouts).toEqual([0]);
    send(0);
    // Further minibatches of the same rollout carry no steps.
    for (const worker of [0, 1]) send(worker, 'everything', { steps: 0 });
    expect(rollouts).toEqual([0]);
    intake.setPresence(1, false);
    send(0);
    expect(rollouts).toEqual([0, 2]);
  });
});

describe('a2c', () => {
  it('applies one update when all workers have sent, and gives buffers back in their order', () => {
    const { learner, returned, send } = createIntake({ learnsInRounds: true });
    expect(send(1)).toBe(false);
    expect(learner.version).toBe(0);
    expect(returned).toEqual([]);
    expect(send(0)).toBe(true);
    expect(learner.version).toBe(1);
    expect(returned).toEqual([0, 1]);
  });

  it('tells of each round when it is counted and its update is not published yet', () => {
    const { rounds, send } = createIntake({ learnsInRounds: true });
    for (const worker of [0, 1, 0]) send(worker);
    expect(rounds).toEqual([[20, 0]]);
    send(1);
    expect(rounds).toEqual([
      [20, 0],
      [40, 1],
    ]);
  });

  it('waits for the successor of a worker that was replaced and returns no buffer of the dead one', () => {
    const { intake, learner, returned, send } = createIntake({ learnsInRounds: true });
    send(0);
    intake.forget(0);
    expect(send(1)).toBe(false);
    expect(learner.version).toBe(0);
    expect(send(0)).toBe(true);
    expect(learner.version).toBe(1);
    expect(returned).toEqual([0, 1]);
  });
});

describe('ppo', () => {
  const read = ({ board }: Learner) => {
    const parameters = new Float32Array(layout.size);
    board.read(parameters);
    return { parameters, approximateKl: board.approximateKl };
  };

  it('applies a round whose mean divergence is within the target, and publishes that divergence', () => {
    const { learner, send } = createIntake({ learnsInRounds: true }, 0.02);
    send(0, 'everything', { approximateKl: 0.03 });
    send(1, 'everything', { approximateKl: 0.01 });
    expect(learner.version).toBe(1);
    expect(read(learner).approximateKl).toBeCloseTo(0.02, 12);
    expect(read(learner).parameters.some((parameter) => parameter !== 0)).toBe(true);
  });

  it('ends a round beyond it with a version of the same parameters', () => {
    const { learner, returned, send, statistics } = createIntake({ learnsInRounds: true }, 0.02);
    send(0, 'everything', { approximateKl: 0.03 });
    expect(send(1, 'everything', { approximateKl: 0.012 })).toBe(true);
    expect(learner.version).toBe(1);
    expect(read(learner).approximateKl).toBeCloseTo(0.021, 12);
    expect(read(learner).parameters.every((parameter) => parameter === 0)).toBe(true);
    expect([statistics.steps, returned]).toEqual([20, [0, 1]]);
  });
});
