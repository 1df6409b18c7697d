// What an actor's time goes to, on a scripted clock: every action, step, gradient and wait takes as long as it says.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defineEnvironment } from '../../../src/shared/environments/custom/define-environment.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { createEmptyMetrics } from '../../../src/shared/measures/measures.ts';
import { gradientBufferBytes, viewMeasurements } from '../../../src/shared/protocol/gradient-buffer.ts';
import { Random } from '../../../src/shared/random/random.ts';
import type { GradientChannel } from '../../../src/shared/transport/gradient-channel.ts';
import { runActor } from '../../../src/worker/actor.ts';
import type { Algorithm } from '../../../src/worker/algorithms/algorithm.ts';
import { PhaseTimer } from '../../../src/worker/phase-timer.ts';
import { planRollout, Rollout } from '../../../src/worker/rollout.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { recordEnvironments } from '../../fixtures/record-environments.ts';

const milliseconds = { action: 1, step: 2, gradient: 4, parameters: 8, buffer: 16, round: 32 };
const rolloutLength = 5;
const gradientsSent = 9;
const shape = { parameters: 1, episodes: rolloutLength, moments: 0 };

/** The clock, and whether what takes time answers at once or by a promise. */
class Script {
  now = 0;
  readonly #isAsynchronous: boolean;

  constructor(isAsynchronous: boolean) {
    this.#isAsynchronous = isAsynchronous;
  }

  spend(what: keyof typeof milliseconds): void {
    this.now += milliseconds[what];
  }

  wait<Answer>(what: keyof typeof milliseconds, answer: Answer): Answer | Promise<Answer> {
    if (this.#isAsynchronous) return this.#answerLater(what, answer);
    this.spend(what);
    return answer;
  }

  async #answerLater<Answer>(what: keyof typeof milliseconds, answer: Answer): Promise<Answer> {
    await setImmediate();
    this.spend(what);
    return answer;
  }
}

function scriptEnvironment(script: Script, isAsynchronous: boolean): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Scripted-v0',
    observationSpace: { type: 'box', shape: [1] },
    actionSpace: { type: 'discrete', n: 2 },
    isAsynchronous,
    create: () => ({
      reset: () => 0,
      step: () => script.wait('step', { observation: 0, reward: 1, terminated: false }),
    }),
  });
}

function scriptAlgorithm(script: Script, rollout: Rollout, gradientsPerRollout: number): Algorithm {
  return {
    rollout,
    parameters: new Float32Array(1),
    gradient: new Float32Array(1),
    moments: new Float64Array(0),
    beginRollout: () => undefined,
    chooseActions: () => script.spend('action'),
    async learn(exchange) {
      for (let sent = 0; sent < gradientsPerRollout; sent += 1) {
        script.spend('gradient');
        if (!(await exchange.send(createEmptyMetrics()))) return false;
      }
      return true;
    },
    getState: () => ({}),
    setState: () => undefined,
  };
}

/** Adds the phase times of each gradient to `sent`. */
function scriptChannel(script: Script, sent: number[][]): GradientChannel {
  return {
    get isStopped() {
      return sent.length >= gradientsSent;
    },
    readParameters(_target, known) {
      script.spend('parameters');
      return known + 1;
    },
    progress: 0,
    entropyCoefficient: 0,
    approximateKl: Number.NaN,
    acquireBuffer: () => script.wait('buffer', new ArrayBuffer(gradientBufferBytes(shape))),
    send: (buffer) => void sent.push([...viewMeasurements(buffer).subarray(-4)]),
    isStateWanted: () => false,
    sendState: () => undefined,
    waitForNewerThan: () => script.wait('round', true),
  };
}

interface Setting {
  readonly isSynchronous: boolean;
  readonly isAsynchronous: boolean;
  readonly gradientsPerRollout: number;
}

/** The phase times that came with each gradient of an actor. */
async function playActor({
  isSynchronous,
  isAsynchronous,
  gradientsPerRollout,
}: Setting): Promise<number[][]> {
  const script = new Script(isAsynchronous);
  const definition = scriptEnvironment(script, isAsynchronous);
  const plan = planRollout({ ...exampleSpec, environmentsPerWorker: 1, rolloutLength }, definition);
  const rollout = new Rollout(plan, {
    observations: new Float32Array(plan.capacity),
    actions: new Float32Array(plan.capacity),
    mask: null,
  });
  const sent: number[][] = [];
  await runActor({
    algorithm: scriptAlgorithm(script, rollout, gradientsPerRollout),
    recorder: recordEnvironments(definition, rollout, Random.fromSeed(1)).recorder,
    channel: scriptChannel(script, sent),
    shape,
    isSynchronous,
    initialState: null,
    timer: new PhaseTimer(() => script.now),
  });
  return sent;
}

const nothing = [0, 0, 0, 0];

describe.each([
  ['block', false],
  ['are promises', true],
])('where waits %s, the time of an actor', (_, isAsynchronous) => {
  it('goes to acting, stepping, learning and waiting for buffers', async () => {
    const setting = { isSynchronous: false, isAsynchronous, gradientsPerRollout: 1 };
    const [first, ...others] = await playActor(setting);
    expect(first).toEqual(nothing);
    expect(others).toHaveLength(gradientsSent - 1);
    for (const times of others) expect(times).toEqual([5 * 1, 5 * 2, 4 + 8, 16]);
  });

  it('goes to waiting for the other workers too, where they learn in rounds', async () => {
    const [, ...others] = await playActor({ isSynchronous: true, isAsynchronous, gradientsPerRollout: 1 });
    for (const times of others) expect(times).toEqual([5 * 1, 5 * 2, 4 + 8, 16 + 32]);
  });

  it('is told with the first gradient of a rollout that sends several', async () => {
    const sent = await playActor({ isSynchronous: true, isAsynchronous, gradientsPerRollout: 3 });
    const whole = [5 * 1, 5 * 2, 3 * 4 + 8, 3 * (16 + 32)];
    expect(sent.slice(3)).toEqual([whole, nothing, nothing, whole, nothing, nothing]);
  });
});
