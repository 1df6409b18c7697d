// Gradients of several workers that arrive as one sum, over a real nats-server.
import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createEmptyMetrics, workerPhases } from '../../../src/shared/measures/measures.ts';
import {
  createGradientBuffer,
  readGradientHeader,
  viewGradient,
  writeGradientHeader,
} from '../../../src/shared/protocol/gradient-buffer.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { connect, shape, startHost } from '../../fixtures/remote-host.ts';
import { ScriptedRemoteWorker } from '../../fixtures/scripted-remote-worker.ts';

const patience = { timeout: 10_000, interval: 10 };

describe.skipIf(!hasNatsServer)('a master', { timeout: 60_000 }, () => {
  it('takes the sum of the gradients of several workers, and notes the part of each', async () => {
    const nats = await startNatsServer();
    const { offer, heard, buffers, start } = await startHost(nats, { places: 3 });
    const hosted = [0, 1, 2].map((worker) => start(worker));
    const connection = await connect(nats);
    const worker = new ScriptedRemoteWorker(connection, offer);
    await worker.takePlace();
    await worker.takePlace('1.0.0', randomUUID());
    // A worker of another process, which gave nothing.
    const stranger = new ScriptedRemoteWorker(connection, offer);
    await stranger.takePlace();
    await worker.waitForBegin();
    const gradients = [0, 1, 1, 2, 9].map((sender, index) => {
      const origin = { jobId: 'job_1', epoch: 1, worker: sender, incarnation: 0 };
      const buffer = createGradientBuffer(shape, origin);
      writeGradientHeader(
        buffer,
        { parameterVersion: index, steps: 10 + index, episodes: 0, coverage: 'everything' },
        { metrics: createEmptyMetrics(), phaseTimes: new Float64Array(workerPhases.length) },
      );
      viewGradient(buffer, shape).fill(2 ** index);
      return buffer;
    });
    const [sum = new ArrayBuffer(0), ...others] = gradients;
    heard.length = 0;
    worker.link.sendSum({ sum, others }, shape, 'float32');
    await vi.waitFor(() => expect(heard).toHaveLength(3), patience);
    // Parts come first, so that they are counted before the update; those of strangers do not count.
    expect(heard).toEqual([
      ['gradient', 1],
      ['gradient', 1],
      ['gradient', 0],
    ]);
    expect(buffers.map((buffer) => readGradientHeader(buffer))).toMatchObject([
      { steps: 11, coverage: 'elsewhere' },
      { steps: 12, coverage: 'elsewhere' },
      { steps: 10, coverage: 'everything' },
    ]);
    const last = buffers.at(-1) ?? new ArrayBuffer(0);
    expect([...viewGradient(last, shape)]).toEqual([31, 31, 31]);
    // One answer for all, and one that is sent again is not applied again.
    for (const [index, buffer] of buffers.splice(0).entries())
      hosted[index < 2 ? 1 : 0]?.returnBuffer(buffer);
    await vi.waitFor(() => expect(worker.answered).toEqual([1]), patience);
    worker.clock.nowMs += 5_000;
    worker.link.beat({ hasBegun: true });
    await vi.waitFor(() => expect(worker.answered).toEqual([1, 1]), patience);
    expect(heard).toHaveLength(3);
    expect(worker.link.takeAnswer(1)).toEqual(gradients);
  });
});
