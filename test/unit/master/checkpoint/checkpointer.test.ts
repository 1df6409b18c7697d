// Checkpoints while a run goes on: whom they wait for, what they hold, and what becomes of unfinished ones.
import { describe, expect, it } from 'vitest';
import { Checkpointer } from '../../../../src/master/checkpoint/checkpointer.ts';
import { readCheckpoint, type Checkpoint } from '../../../../src/master/checkpoint/checkpoint.ts';
import { Evaluator } from '../../../../src/master/evaluation/evaluator.ts';
import { Learner } from '../../../../src/master/learner/learner.ts';
import { TrainingStatistics } from '../../../../src/master/learner/training-statistics.ts';
import { kernelChoice } from '../../../../src/shared/engines/engine-choice.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { compileKernels } from '../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import type { JobRequest } from '../../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import type { WorkerState } from '../../../../src/shared/protocol/worker-state.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { MemoryArtifactStore } from '../../../fixtures/memory-artifact-store.ts';

const jobId = 'job_of_this_test';

function describeWorker(number: number): WorkerState {
  return { environments: [], algorithm: { number } };
}

function createCheckpointer(algorithm: JobRequest['algorithm'] = 'a3c') {
  const spec = resolveJobSpec(
    { environment: cartPoleV1.id, algorithm, workers: 2, network: { layers: [] } },
    cartPoleV1,
    () => 1,
  );
  const network = describeNetwork(spec, cartPoleV1);
  const layout = createParameterLayout(network);
  const initialParameters = new Float32Array(layout.size);
  const learner = new Learner({
    settings: { spec },
    layout,
    initialParameters,
    engine: WasmEngine.open(compileKernels()),
  });
  const statistics = new TrainingStatistics({ spec }, 0);
  const evaluator = new Evaluator({
    spec,
    definition: cartPoleV1,
    network,
    engine: kernelChoice,
    random: Random.fromSeed(1),
    play: () => Promise.reject(new Error('nothing is evaluated here')),
    onEvaluation: () => undefined,
    onFailure: () => undefined,
  });
  const artifacts = new MemoryArtifactStore();
  const requests: number[] = [];
  const written: number[] = [];
  const failures: Error[] = [];
  const checkpointer = new Checkpointer({
    artifacts,
    jobId,
    spec,
    learner,
    statistics,
    evaluator,
    requestStates: (version) => requests.push(version),
    onWritten: (steps) => written.push(steps),
    onFailure: (error) => failures.push(error),
  });
  const advance = () => {
    const gradient = new Float32Array(layout.trainableSize).fill(1);
    learner.apply({ gradient, moments: new Float64Array() }, 0);
  };
  const read = async (): Promise<Checkpoint | null> =>
    await readCheckpoint(artifacts, { jobId, spec, layout });
  return { checkpointer, learner, artifacts, requests, written, failures, advance, read };
}

describe('a checkpoint', () => {
  it('is written when the last worker has answered, as of that moment', async () => {
    const { checkpointer, learner, requests, written, advance, read } = createCheckpointer();
    checkpointer.request();
    expect(requests).toEqual([0]);
    checkpointer.receive(1, describeWorker(1));
    advance();
    await checkpointer.finish();
    expect(await read()).toBeNull();
    checkpointer.receive(0, describeWorker(0));
    advance();
    await checkpointer.finish();
    expect(written).toEqual([0]);
    const checkpoint = await read();
    expect(checkpoint?.workers).toEqual([describeWorker(0), describeWorker(1)]);
    expect(checkpoint?.learner.version).toBe(1);
    expect(checkpoint?.learner.parameters).not.toEqual(learner.copyParameters());
  });

  it('waits neither for workers that are gone before it, nor for those that go meanwhile', async () => {
    const { checkpointer, written, read } = createCheckpointer();
    checkpointer.notePresence(0, false);
    checkpointer.request();
    await checkpointer.finish();
    expect(written).toHaveLength(0);
    checkpointer.receive(1, describeWorker(1));
    await checkpointer.finish();
    expect((await read())?.workers).toEqual([null, describeWorker(1)]);
    checkpointer.notePresence(0, true);
    checkpointer.request();
    checkpointer.receive(0, describeWorker(0));
    checkpointer.notePresence(1, false);
    await checkpointer.finish();
    expect((await read())?.workers).toEqual([describeWorker(0), null]);
    checkpointer.notePresence(0, false);
    checkpointer.request();
    await checkpointer.finish();
    expect(written).toHaveLength(3);
    expect((await read())?.workers).toEqual([null, null]);
  });

  it('has the states of workers that wait, which keep them', async () => {
    const { checkpointer, read } = createCheckpointer();
    checkpointer.notePresence(0, false, describeWorker(0));
    checkpointer.request();
    checkpointer.notePresence(1, false, describeWorker(1));
    await checkpointer.finish();
    expect((await read())?.workers).toEqual([describeWorker(0), describeWorker(1)]);
  });

  it('asks for the next version where workers learn in rounds, as nobody has seen it', () => {
    const { checkpointer, requests, advance } = createCheckpointer('a2c');
    advance();
    checkpointer.request();
    expect(requests).toEqual([2]);
  });

  it('is not begun twice', async () => {
    const { checkpointer, requests, written } = createCheckpointer();
    checkpointer.request();
    checkpointer.request();
    expect(requests).toHaveLength(1);
    for (const worker of [0, 1, 0, 1]) checkpointer.receive(worker, describeWorker(worker));
    await checkpointer.finish();
    expect(written).toHaveLength(1);
  });

  it('that must not wait leaves out workers that have not answered', async () => {
    const { checkpointer, read } = createCheckpointer();
    const captured = checkpointer.capture(1);
    checkpointer.receive(1, describeWorker(1));
    await captured;
    await checkpointer.finish();
    expect((await read())?.workers).toEqual([null, describeWorker(1)]);
    // Too late for that one, and not asked for by another.
    checkpointer.receive(0, describeWorker(0));
    await checkpointer.finish();
    expect((await read())?.workers).toEqual([null, describeWorker(1)]);
  });

  it('that is being put together when the run ends is given up', async () => {
    const { checkpointer, read } = createCheckpointer();
    const captured = checkpointer.capture(60_000);
    checkpointer.receive(0, describeWorker(0));
    await checkpointer.close();
    await captured;
    expect(await read()).toBeNull();
  });

  it('that the store does not take fails the run', async () => {
    const { checkpointer, artifacts, failures } = createCheckpointer();
    artifacts.refuse(Object.assign(new Error('no room'), { code: 'ENOSPC' }));
    await checkpointer.capture(0);
    await checkpointer.finish();
    expect(failures).toMatchObject([
      {
        code: 'CHECKPOINT_NOT_WRITTEN',
        message: 'a checkpoint could not be written: the disk is full (ENOSPC)',
      },
    ]);
  });
});
