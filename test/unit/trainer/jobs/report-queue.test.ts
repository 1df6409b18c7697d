// Messages of a master that wait for NATS: none that matters is lost, and they do not grow without end.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MasterMessage } from '../../../../src/shared/protocol/messages.ts';
import { ReportQueue } from '../../../../src/trainer/jobs/report-queue.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';

function report(steps: number, points = 1): MasterMessage {
  const curve = Array.from({ length: points }, () => exampleFigures(steps));
  return { type: 'figures', figures: exampleFigures(steps), curve, episodes: [] };
}

/** A queue, and the controller of its end. */
function createQueue() {
  const end = new AbortController();
  return { queue: new ReportQueue(end.signal), end };
}

/** Ends the queue, and takes what is in it. */
async function takeAll({ queue, end }: ReturnType<typeof createQueue>): Promise<MasterMessage[]> {
  end.abort();
  const messages: MasterMessage[] = [];
  for (let taken = await queue.take(); taken.length > 0; taken = await queue.take()) {
    expect(Buffer.byteLength(JSON.stringify(taken))).toBeLessThan(1024 * 1024);
    messages.push(...taken);
  }
  return messages;
}

describe('the queue of reports', () => {
  it('gives each message as it is, in order, while few wait', async () => {
    const created = createQueue();
    const { queue } = created;
    const messages: MasterMessage[] = [report(1), { type: 'checkpoint', steps: 1 }, report(2)];
    for (const message of messages) queue.add(message);
    expect(await takeAll(created)).toEqual(messages);
  });

  it('wakes who waits for a message, and says when there are no more', async () => {
    const { queue, end } = createQueue();
    const first = queue.take();
    queue.add({ type: 'checkpoint', steps: 7 });
    expect(await first).toEqual([{ type: 'checkpoint', steps: 7 }]);
    const none = queue.take();
    end.abort();
    expect(await none).toEqual([]);
  });

  it('gives messages that follow each other fast together, and an end at once', async () => {
    const { queue } = createQueue();
    queue.add(report(1));
    expect(await queue.take()).toHaveLength(1);
    queue.add(report(2));
    const later = queue.take();
    await setImmediate();
    queue.add({ type: 'checkpoint', steps: 3 });
    expect(await later).toHaveLength(2);
    // No time passes any more: the end waits for none.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const last = queue.take();
    queue.add(report(4));
    const end: MasterMessage = { type: 'finished', reason: 'maxSteps', figures: exampleFigures(4) };
    queue.add(end);
    expect(await last).toEqual([report(4), end]);
  });

  it('joins progress and keeps the newest models and checkpoint while many wait', async () => {
    const created = createQueue();
    const { queue } = created;
    for (let steps = 1; steps <= 1_000; steps += 1) {
      queue.add(report(steps));
      queue.add({ type: 'model', model: 'latest', steps });
      queue.add({ type: 'checkpoint', steps });
    }
    queue.add({ type: 'model', model: 'best', steps: 5 });
    queue.add({ type: 'finished', reason: 'maxSteps', figures: exampleFigures(1_000) });
    const messages = await takeAll(created);
    expect(messages.length).toBeLessThan(30);
    expect(messages.at(-1)).toMatchObject({ type: 'finished' });
    const newest = messages.filter(({ type }) => type === 'checkpoint').at(-1);
    expect(newest).toEqual({ type: 'checkpoint', steps: 1_000 });
    expect(messages).toContainEqual({ type: 'model', model: 'latest', steps: 1_000 });
    expect(messages).toContainEqual({ type: 'model', model: 'best', steps: 5 });
    const curve = messages.flatMap((message) => (message.type === 'figures' ? message.curve : []));
    const steps = curve.map(({ progress }) => progress.steps);
    expect(steps).toEqual([...steps].sort((left, right) => left - right));
    expect(steps.at(-1)).toBe(1_000);
    expect(steps.length).toBeGreaterThan(100);
    expect(steps.length).toBeLessThanOrEqual(420);
  });

  it('leaves out points of a message that would be too large for NATS', async () => {
    const created = createQueue();
    const { queue } = created;
    queue.add(report(9, 1_000));
    const [message] = await takeAll(created);
    expect(message).toMatchObject({ figures: exampleFigures(9) });
  });
});
