// Entry of a worker thread.
import { openEngine } from '../shared/engines/open-engine.ts';
import { openEnvironment } from '../shared/environment-modules/open-environment.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import { createGradientBuffer } from '../shared/protocol/gradient-buffer.ts';
import type { TaskOutcome, WorkerTask } from '../shared/protocol/worker-task.ts';
import { ControlBlock } from '../shared/transport/control-block.ts';
import { MessageBufferPort } from '../shared/transport/message-buffer-port.ts';
import { ParameterBoard } from '../shared/transport/parameter-board.ts';
import { ThreadChannel } from '../shared/transport/thread-channel.ts';
import { runAssignment } from './run-assignment.ts';

/** Runs a task: piscina calls the default export. Returns when the job stops or the worker fails. */
export default async function runWorker(task: WorkerTask): Promise<TaskOutcome> {
  const { spec, slot, kernels, network, engine, port } = task;
  try {
    const control = new ControlBlock(slot + 1, task.control);
    const opened = await openEngine(engine, { kernels, network });
    control.announceStart(slot);
    try {
      await runAssignment(task, {
        engine: opened,
        openEnvironment: async (onMissing) =>
          await openEnvironment({
            ...spec,
            origin: task.environmentOrigin,
            watch: control.watchCalls(slot),
            loan: { purpose: 'training', timeoutSeconds: spec.environmentTimeoutSeconds, onMissing },
          }),
        openChannel: (definition) => openChannel(task, control, definition),
      });
    } finally {
      opened.close();
    }
    return { error: null };
  } catch (error) {
    return { error: createErrorRecord(error) };
  } finally {
    port.close();
  }
}

function openChannel(
  { slot, origin, network, shape, board, port, buffers }: WorkerTask,
  control: ControlBlock,
  definition: EnvironmentDefinition,
): ThreadChannel {
  const layout = createParameterLayout(network);
  return new ThreadChannel({
    workerIndex: slot,
    board: new ParameterBoard(layout.size, board),
    control,
    port: new MessageBufferPort(port),
    buffers: Array.from({ length: buffers }, () => createGradientBuffer(shape, origin)),
    mayBlock: definition.isAsynchronous !== true,
  });
}
