// Entry of the Web Workers that act: a worker of the run, or an evaluation. It answers its task with a TaskOutcome.
import { evaluatePolicy } from '../master/evaluation/evaluate-policy.ts';
import { WasmEngine } from '../shared/engines/wasm/wasm-engine.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import { createGradientBuffer } from '../shared/protocol/gradient-buffer.ts';
import type { TaskOutcome } from '../shared/protocol/worker-task.ts';
import { ControlBlock } from '../shared/transport/control-block.ts';
import { CopyingBufferPort } from '../shared/transport/copying-buffer-port.ts';
import { ParameterBoard } from '../shared/transport/parameter-board.ts';
import { ThreadChannel } from '../shared/transport/thread-channel.ts';
import { runAssignment } from '../worker/run-assignment.ts';
import { openEnvironment } from './load-environment.ts';
import type { ActorTask } from './messages.ts';

self.addEventListener('message', ({ data: task }: { readonly data: ActorTask }) => {
  void perform(task).then((outcome) => {
    self.postMessage(outcome);
  });
});

async function perform(task: ActorTask): Promise<TaskOutcome> {
  try {
    switch (task.type) {
      case 'act':
        await act(task);
        return { error: null };
      case 'evaluate':
        return { error: null, result: await evaluate(task) };
    }
  } catch (error) {
    return { error: createErrorRecord(error) };
  }
}

async function act({
  assignment,
  slot,
  kernels,
  board,
  control: memory,
}: ActorTask & { type: 'act' }): Promise<void> {
  const { origin, spec, network, shape, buffers, environmentOrigin } = assignment;
  const control = new ControlBlock(slot, memory);
  await runAssignment(assignment, {
    engine: WasmEngine.open(kernels),
    openEnvironment: async () => await openEnvironment(spec, environmentOrigin, control.watchCalls(slot)),
    openChannel: (definition) =>
      new ThreadChannel({
        workerIndex: slot,
        board: new ParameterBoard(createParameterLayout(network).size, board),
        control,
        port: new CopyingBufferPort({
          workerIndex: slot,
          control,
          post: (message, transfer) => {
            self.postMessage(message, transfer);
          },
        }),
        buffers: Array.from({ length: buffers }, () => createGradientBuffer(shape, origin)),
        mayBlock: definition.isAsynchronous !== true,
      }),
  });
}

async function evaluate({
  assignment,
  slot,
  kernels,
  control: memory,
}: ActorTask & { type: 'evaluate' }): ReturnType<typeof evaluatePolicy> {
  const { environmentOrigin, engine: _engine, ...options } = assignment;
  const watch = new ControlBlock(slot, memory).watchCalls(slot);
  const definition = await openEnvironment(options, environmentOrigin, watch);
  return await evaluatePolicy({ ...options, definition, engine: WasmEngine.open(kernels) });
}
