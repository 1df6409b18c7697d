import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { ParameterBoard } from '../../../src/shared/transport/parameter-board.ts';
import { ControlBlock } from '../../../src/shared/transport/control-block.ts';
import { MessageBufferPort } from '../../../src/shared/transport/message-buffer-port.ts';
import { ThreadChannel } from '../../../src/shared/transport/thread-channel.ts';

const workers = 3;
const workerIndex = 1;
const threads: Worker[] = [];

afterEach(async () => {
  await Promise.all(threads.splice(0).map(async (thread) => await thread.terminate()));
});

function startThread(file: string, workerData: object, transferList: MessagePort[] = []): Worker {
  const thread = new Worker(new URL(`../../fixtures/${file}`, import.meta.url), { workerData, transferList });
  threads.push(thread);
  return thread;
}

type Carriage = 'transfer' | 'copy';

/** A worker that sends buffers, with the master's side of its channel. */
function startSender(carriage: Carriage, buffers: number, isSynchronous = false) {
  const board = new ParameterBoard(1);
  const control = new ControlBlock(workers);
  const { port1, port2 } = new MessageChannel();
  const received: ArrayBuffer[] = [];
  port1.on('message', (buffer: ArrayBuffer) => received.push(buffer));
  const thread = startThread(
    'channel-thread.ts',
    {
      workerIndex,
      workers,
      buffers,
      isSynchronous,
      carriage,
      board: board.memory,
      control: control.memory,
      port: port2,
    },
    [port2],
  );
  return {
    board,
    control,
    received,
    exit: once(thread, 'exit'),
    /** Waits until that many buffers came, and long enough for one too many. */
    async settle(count: number) {
      await expect.poll(() => received.length, { timeout: 40_000 }).toBe(count);
      await sleep(150);
      return received.length;
    },
    returnOne() {
      const buffer = received.shift();
      if (buffer && carriage === 'transfer') port1.postMessage(buffer, [buffer]);
      control.signalReturned(workerIndex);
    },
  };
}

function readNumber(buffer: ArrayBuffer | undefined, index: number): number | undefined {
  return buffer && new Float64Array(buffer)[index];
}

describe.each(['transfer', 'copy'] as const)(
  'a channel between threads that carries buffers by %s',
  (carriage) => {
    it('lets no more buffers onto the way than were lent', async () => {
      const sender = startSender(carriage, 3);
      expect(await sender.settle(3)).toBe(3);
      sender.returnOne();
      expect(await sender.settle(3)).toBe(3);
      expect(sender.received.map((buffer) => readNumber(buffer, 0))).toEqual([2, 3, 4]);
      sender.control.stop();
      expect(await sender.exit).toEqual([0]);
    });

    it('ends a worker that waits for a buffer when it is stopped', async () => {
      const sender = startSender(carriage, 1);
      await sender.settle(1);
      sender.control.stop();
      expect(await sender.exit).toEqual([0]);
      expect(sender.received).toHaveLength(1);
    });

    it('holds a synchronous worker until there are newer parameters, which it then reads', async () => {
      const sender = startSender(carriage, 4, true);
      expect(await sender.settle(1)).toBe(1);
      sender.board.publish(Float32Array.of(0.5), 1);
      expect(await sender.settle(2)).toBe(2);
      expect(sender.received.map((buffer) => readNumber(buffer, 1))).toEqual([0, 0.5]);
      sender.control.stop();
      expect(await sender.exit).toEqual([0]);
    });
  },
);

describe('a channel that has read nothing yet', () => {
  it.each([0, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 32])('reads version %d, and then only another', (version) => {
    const board = new ParameterBoard(1);
    const control = new ControlBlock(workers);
    const { port1 } = new MessageChannel();
    const port = new MessageBufferPort(port1);
    const channel = new ThreadChannel({ workerIndex, board, control, port, buffers: [] });
    const target = new Float32Array(1);
    board.publish(Float32Array.of(0.5), version);
    expect(channel.readParameters(target, -1)).toBe(version);
    expect(target[0]).toBe(0.5);
    target[0] = 9;
    expect(channel.readParameters(target, version)).toBe(version);
    expect(target[0]).toBe(9);
    control.requestStates(version + 1);
    expect([version, version + 1, version + 2].map((next) => channel.isStateWanted(next))).toEqual([
      false,
      true,
      true,
    ]);
    port1.close();
  });
});

describe('the control block', () => {
  it('wakes all who sleep when it stops', async () => {
    const control = new ControlBlock(workers);
    const sleepers = [0, 1, 2].map((index) =>
      startThread('sleeping-thread.ts', { workerIndex: index, workers, control: control.memory }),
    );
    const exits = sleepers.map((thread) => once(thread, 'exit'));
    // A thread may fall asleep after the first call: each one wakes whoever sleeps by then.
    const timer = setInterval(() => {
      control.stop();
    }, 20);
    expect(await Promise.all(exits)).toEqual([[0], [0], [0]]);
    clearInterval(timer);
    expect(control.isStopped).toBe(true);
  });

  it('wakes the one whose buffer was returned', async () => {
    const control = new ControlBlock(workers);
    const workerData = { workers, control: control.memory };
    const exit = once(startThread('sleeping-thread.ts', { ...workerData, workerIndex: 2 }), 'exit');
    await sleep(100);
    control.signalReturned(2);
    expect(await exit).toEqual([0]);
    expect([0, 1, 2].map((index) => control.countReturned(index))).toEqual([0, 0, 1]);
    expect(control.isStopped).toBe(false);
  });
});
