// Start of backends, in a thread that has none yet.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

it('starts one after another: the last one computes', async () => {
  const thread = new Worker(new URL('../../../../fixtures/starting-backends-thread.ts', import.meta.url));
  try {
    const answers: unknown[] = await once(thread, 'message');
    expect(answers).toEqual([{ backend: 'cpu', sums: [4, 4, 4, 4] }]);
  } finally {
    await thread.terminate();
  }
});
