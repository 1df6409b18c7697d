// Entry of a worker thread: builds everything an actor needs from its task and runs it until stopped.
import { openEnvironment } from '../shared/environment-modules/open-environment.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { openBatch } from '../shared/environments/open-batch.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import { ParameterBoard } from '../shared/transport/parameter-board.ts';
import { gradientBufferBytes } from '../shared/protocol/gradient-buffer.ts';
import type { TaskOutcome, WorkerTask } from '../shared/protocol/worker-task.ts';
import { Random } from '../shared/random/random.ts';
import { ControlBlock } from '../shared/transport/control-block.ts';
import { ThreadChannel } from '../shared/transport/thread-channel.ts';
import { runActor } from './actor.ts';
import { WasmEngine } from '../shared/engines/wasm/wasm-engine.ts';
import { createAlgorithm } from './algorithms/create-algorithm.ts';
import { RolloutRecorder } from './rollout-recorder.ts';

const ACTION_STREAM = 0;
const ENVIRONMENT_STREAM = 1;

/** Piscina calls the default export with the task; it returns when the job stops or the worker fails. */
export default async function runWorker(task: WorkerTask): Promise<TaskOutcome> {
  try {
    await act(task);
    return { error: null };
  } catch (error) {
    return { error: createErrorRecord(error) };
  } finally {
    task.port.close();
  }
}

async function act(task: WorkerTask): Promise<void> {
  const { spec, workerIndex, shape } = task;
  const control = new ControlBlock(spec.workers, task.control);
  control.announceStart(workerIndex);
  const definition = await openEnvironment({
    ...spec,
    moduleUrl: task.environmentModule,
    watch: control.watchCalls(workerIndex),
  });
  const random = Random.fromState(task.randomState);
  const algorithm = createAlgorithm({
    spec,
    definition,
    network: task.network,
    random: random.split(ACTION_STREAM),
    engine: WasmEngine.open(task.kernels),
  });
  const environmentRandom = random.split(ENVIRONMENT_STREAM);
  const randoms = Array.from({ length: spec.environmentsPerWorker }, (_, index) =>
    environmentRandom.split(index),
  );
  const batch = await openBatch(definition, { randoms });
  try {
    await runActor({
      algorithm,
      recorder: new RolloutRecorder({ batch, randoms, definition, rollout: algorithm.rollout }),
      channel: openChannel(task, control, definition),
      shape,
      isSynchronous: task.isSynchronous,
      initialState: task.initialState,
    });
  } finally {
    await batch.close();
  }
}

function openChannel(
  { workerIndex, network, shape, board, port, buffers }: WorkerTask,
  control: ControlBlock,
  definition: EnvironmentDefinition,
): ThreadChannel {
  const layout = createParameterLayout(network);
  return new ThreadChannel({
    workerIndex,
    board: new ParameterBoard(layout.size, board),
    control,
    port,
    buffers: Array.from({ length: buffers }, () => new ArrayBuffer(gradientBufferBytes(shape))),
    mayBlock: definition.isAsynchronous !== true,
  });
}
