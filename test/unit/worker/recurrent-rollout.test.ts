// Rollouts of networks that remember, played as an actor plays them, against a network in plain loops that is told
// where each episode begins.
import { describe, expect, it } from 'vitest';
import { cartPolePositions } from '../../../src/shared/environments/cart-pole-positions.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { WasmEngine } from '../../../src/shared/engines/wasm/wasm-engine.ts';
import type { NetworkSpec } from '../../../src/shared/network/network-spec.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../src/shared/returns/generalized-advantage.ts';
import { AdvantageActorCritic } from '../../../src/worker/algorithms/advantage-actor-critic/advantage-actor-critic.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { measureRelativeError } from '../../fixtures/measure-error.ts';
import { drawParameters, drawRollout } from '../../fixtures/random-rollout.ts';
import { recordEnvironments } from '../../fixtures/record-environments.ts';
import { createRecordedAlgorithm, kernelKinds, replayRollout } from '../../fixtures/recorded-rollout.ts';
import { forwardReference, type LstmState } from '../shared/model-format/reference-forward.ts';
import { beginning } from '../../fixtures/training-start.ts';

const lstm = (units: number) => ({ type: 'lstm', units }) as const;
const dense = { type: 'dense', units: 6, activation: 'tanh' } as const;
const networks: Record<string, NetworkSpec> = {
  'a trunk': { shared: true, initialization: 'orthogonal', layers: [dense, lstm(5)] },
  towers: { shared: false, initialization: 'orthogonal', layers: [lstm(4)], valueLayers: [lstm(3), dense] },
};

type Memory = Map<string, LstmState>;

const environmentCount = 3;
const steps = 16;
/** Untrained poles fall after some twenty steps, so that episodes end both ways. */
const definition: EnvironmentDefinition = { ...cartPolePositions, maxEpisodeSteps: 14 };

describe.each(Object.keys(networks))('a rollout of %s that remembers', (name) => {
  const network = networks[name] ?? exampleSpec.network;
  const spec = {
    ...exampleSpec,
    network,
    environment: definition.id,
    rolloutLength: steps,
    environmentsPerWorker: environmentCount,
  };
  const layout = createParameterLayout(describeNetwork(spec, definition));
  const algorithm = new AdvantageActorCritic({
    spec,
    definition,
    network: describeNetwork(spec, definition),
    random: Random.fromSeed(1),
    engine: new WasmEngine(kernelKinds.webAssembly),
  });
  drawParameters(Random.fromSeed(2), algorithm.parameters);
  const { rollout } = algorithm;
  const environments = recordEnvironments(definition, rollout, Random.fromSeed(3));

  it('values every row by what its episode has shown so far, from rollout to rollout', () => {
    const memories = Array.from({ length: environmentCount }, (): Memory => new Map());
    const seenEnds = new Set<number>();
    const judge = (row: number, memory: Memory): void => {
      const observation = [...rollout.observations.subarray(2 * row, 2 * row + 2)];
      const reference = { network, layout, parameters: algorithm.parameters, memory };
      const { value } = forwardReference(reference, observation);
      expect(algorithm.model.values[row], `row ${row}`).toBeCloseTo(value, 4);
    };
    void environments.recorder.start();
    for (let rollouts = 0; rollouts < 4; rollouts += 1) {
      algorithm.beginRollout(true, beginning(spec));
      for (let step = 0; step < steps; step += 1) {
        algorithm.chooseActions(step);
        environments.play(step);
      }
      algorithm.computeGradient();
      for (let row = 0; row < steps * environmentCount; row += 1) {
        const index = row % environmentCount;
        const memory = memories[index] ?? new Map<string, LstmState>();
        judge(row, memory);
        const end = rollout.ends[row] ?? Number.NaN;
        seenEnds.add(end);
        if (end === TRUNCATED) judge(rollout.finalRows[row] ?? -1, new Map(memory));
        if (end !== CONTINUES) memory.clear();
      }
      memories.forEach((memory, index) => {
        judge(steps * environmentCount + index, new Map(memory));
      });
      rollout.restart();
    }
    expect([...seenEnds].sort()).toEqual([CONTINUES, TERMINATED, TRUNCATED]);
  });

  it('forgets everything when its environments start anew', () => {
    void environments.recorder.start();
    expect(rollout.recurrence?.getCarried().every((number) => number === 0)).toBe(true);
  });
});

describe('two short rollouts', () => {
  const shape = { steps: 10, environments: 2, observationSize: 3, actions: 3, hasMask: false };
  const drawn = drawRollout(Random.fromSeed(8), shape);
  // Of the two environments one goes on where the first half ends, the other begins an episode.
  const record = {
    ...drawn,
    ends: drawn.ends.map((end, row) => (row === 8 ? CONTINUES : row === 9 ? TERMINATED : end)),
  };
  const create = (rolloutLength: number) => {
    const { algorithm } = createRecordedAlgorithm({
      observationSize: shape.observationSize,
      actions: shape.actions,
      hasMask: false,
      settings: {
        rolloutLength,
        environmentsPerWorker: shape.environments,
        network: networks.towers ?? exampleSpec.network,
      },
    });
    drawParameters(Random.fromSeed(5), algorithm.parameters);
    return algorithm;
  };

  it('see what one long rollout sees', () => {
    const long = create(10);
    replayRollout(long, record);
    const short = create(5);
    const halves = [0, 10].flatMap((start) => {
      const part = <Item>(items: readonly Item[]): Item[] => items.slice(start, start + 10);
      replayRollout(short, {
        ...record,
        observations: record.observations.slice(start, start + 12),
        actions: part(record.actions),
        rewards: part(record.rewards),
        ends: part(record.ends),
        finalObservations: new Map([...record.finalObservations].map(([row, seen]) => [row - start, seen])),
      });
      const values = [...short.model.values.subarray(0, 10)];
      short.rollout.restart();
      return values;
    });
    expect(measureRelativeError(halves, long.model.values.subarray(0, 20))).toBeLessThan(1e-6);
  });

  it('go on from what was carried, also by another worker', () => {
    const first = create(5);
    const firstHalf = { ...record, ends: record.ends.slice(0, 10), actions: record.actions.slice(0, 10) };
    const half = {
      ...firstHalf,
      observations: record.observations.slice(0, 12),
      rewards: record.rewards.slice(0, 10),
    };
    replayRollout(first, half);
    first.rollout.restart();
    const carried = first.rollout.recurrence?.getCarried() ?? new Float32Array(0);
    expect(carried.some((number) => number !== 0)).toBe(true);
    const second = create(5);
    second.rollout.recurrence?.setCarried(carried);
    replayRollout(first, half);
    replayRollout(second, half);
    expect([...second.model.values.subarray(0, 10)]).toEqual([...first.model.values.subarray(0, 10)]);
  });
});
