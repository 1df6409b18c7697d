// The actor on a scripted channel: what it reads, sends and answers, and when it ends.
import { describe, expect, it } from 'vitest';
import { kernelChoice } from '../../../src/shared/engines/engine-choice.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../src/shared/engines/wasm/wasm-engine.ts';
import { wrapEnvironment } from '../../../src/shared/environments/wrappers/wrap-environment.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import {
  createGradientBuffer,
  readGradientHeader,
  readOrigin,
  viewEpisodes,
  viewGradient,
} from '../../../src/shared/protocol/gradient-buffer.ts';
import type { WorkerAssignment } from '../../../src/shared/protocol/worker-task.ts';
import type { WorkerState } from '../../../src/shared/protocol/worker-state.ts';
import { Random } from '../../../src/shared/random/random.ts';
import type { GradientChannel } from '../../../src/shared/transport/gradient-channel.ts';
import { runAssignment } from '../../../src/worker/run-assignment.ts';

const rolloutLength = 10;
const environmentsPerWorker = 3;
const spec = resolveJobSpec(
  {
    environment: cartPoleV1.id,
    workers: 1,
    rolloutLength,
    environmentsPerWorker,
    network: { layers: [] },
    normalizeObservations: false,
    normalizeRewards: false,
  },
  cartPoleV1,
  () => 1,
);
const network = describeNetwork(spec, cartPoleV1);
const layout = createParameterLayout(network);
const shape = {
  parameters: layout.trainableSize,
  episodes: rolloutLength * environmentsPerWorker,
  moments: 0,
};
const origin = { jobId: 'job_5269eyvsz227khocwtg5', epoch: 1, worker: 0, incarnation: 0 };
const assignment: WorkerAssignment = {
  origin,
  spec,
  environmentOrigin: null,
  isSynchronous: false,
  randomState: Random.fromSeed(7).getState(),
  initialState: null,
  network,
  engine: kernelChoice,
  shape,
  buffers: 1,
};

/** Lends one buffer at a time, publishes a version for each gradient, and stops after `gradients` of them. */
class ScriptedChannel implements GradientChannel {
  readonly sent: ArrayBuffer[] = [];
  readonly states: {
    readonly version: number;
    readonly afterGradients: number;
    readonly state: WorkerState;
  }[] = [];
  /** Versions that a round was waited for. */
  readonly awaited: number[] = [];
  readonly progress = 0;
  readonly entropyCoefficient = 0;
  readonly approximateKl = Number.NaN;
  isStopped = false;
  version = 5;
  readonly #gradients: number;
  readonly #wantsStateAfter: number | null;

  constructor(gradients: number, wantsStateAfter: number | null = null) {
    this.#gradients = gradients;
    this.#wantsStateAfter = wantsStateAfter;
  }

  readParameters(target: Float32Array, known: number): number {
    if (known !== this.version) target.fill(this.version / 100);
    return this.version;
  }

  acquireBuffer(): ArrayBuffer | null {
    if (this.sent.length < this.#gradients) return createGradientBuffer(shape, origin);
    this.isStopped = true;
    return null;
  }

  send(buffer: ArrayBuffer): void {
    this.sent.push(buffer);
    this.version += 1;
  }

  isStateWanted(): boolean {
    return this.states.length === 0 && this.sent.length === this.#wantsStateAfter;
  }

  sendState(state: WorkerState): void {
    this.states.push({ version: this.version, afterGradients: this.sent.length, state });
  }

  waitForNewerThan(version: number): boolean {
    this.awaited.push(version);
    return true;
  }
}

async function act(
  channel: ScriptedChannel,
  changes: Partial<WorkerAssignment> = {},
): Promise<ScriptedChannel> {
  await runAssignment(
    { ...assignment, ...changes },
    {
      engine: WasmEngine.open(compileKernels()),
      openEnvironment: async () => wrapEnvironment(cartPoleV1, spec.wrappers),
      openChannel: () => channel,
    },
  );
  return channel;
}

describe('the actor', () => {
  it('sends a gradient of each rollout, from the newest parameters, in buffers that name it', async () => {
    const { sent } = await act(new ScriptedChannel(4));
    expect(sent.map((buffer) => readGradientHeader(buffer))).toMatchObject(
      [5, 6, 7, 8].map((parameterVersion) => ({ parameterVersion, steps: 30, coverage: 'everything' })),
    );
    for (const buffer of sent) {
      expect(readOrigin(buffer)).toEqual(origin);
      expect(viewGradient(buffer, shape).some((number) => number !== 0)).toBe(true);
    }
  });

  it('tells each episode that ended with its return and length', async () => {
    const { sent } = await act(new ScriptedChannel(30));
    const lengths = sent.flatMap((buffer) => {
      const { episodes } = readGradientHeader(buffer);
      const pairs = viewEpisodes(buffer, shape).subarray(0, 2 * episodes);
      // Every step of CartPole is worth 1.
      expect(pairs.filter((_, index) => index % 2 === 0)).toEqual(
        pairs.filter((_, index) => index % 2 === 1),
      );
      return [...pairs.filter((_, index) => index % 2 === 1)];
    });
    expect(lengths.length).toBeGreaterThan(5);
    expect(Math.min(...lengths)).toBeGreaterThan(5);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(30 * 30);
  });

  it('waits for the round of its gradient where workers learn in rounds', async () => {
    const { awaited } = await act(new ScriptedChannel(3), { isSynchronous: true });
    expect(awaited).toEqual([5, 6, 7]);
    expect((await act(new ScriptedChannel(3))).awaited).toEqual([]);
  });

  it('answers once with its state, and a worker that continues from it sends the same gradients', async () => {
    const channel = await act(new ScriptedChannel(5, 2));
    expect(channel.states).toHaveLength(1);
    const [{ state, version, afterGradients } = { state: null, version: 0, afterGradients: 0 }] =
      channel.states;
    expect(afterGradients).toBe(2);
    const next = new ScriptedChannel(3);
    next.version = version;
    const otherStream = Random.fromSeed(99).getState();
    await act(next, { initialState: state, randomState: otherStream });
    expect(next.sent.map((buffer) => viewGradient(buffer, shape))).toEqual(
      channel.sent.slice(2).map((buffer) => viewGradient(buffer, shape)),
    );
  });

  it('takes nothing where it is stopped before it begins', async () => {
    const channel = new ScriptedChannel(3);
    channel.isStopped = true;
    expect((await act(channel)).sent).toEqual([]);
  });
});
