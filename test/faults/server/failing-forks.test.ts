// A process that cannot be forked: its job stays in its place in the queue.
import { expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../../src/server/main.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

it('leaves a job queued whose master cannot be forked', async () => {
  const server = await startServer(
    { port: 0, logLevel: 'silent', spareMaster: false, data: createTemporaryDirectory() },
    // No program has such a path: forking throws.
    { masterEntry: 'master\u0000.ts' },
  );
  onTestFinished(() => server.close());
  const posted = await fetch(`${server.url}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ environment: 'CartPole-v1', workers: 1 }),
  });
  expect(posted.status).toBe(202);
  const { id } = jobSchema.parse(await posted.json());
  const job = jobSchema.parse(await (await fetch(`${server.url}/jobs/${id}`)).json());
  expect(job).toMatchObject({ state: 'queued', attempt: 0 });
  const cancelled = await fetch(`${server.url}/jobs/${id}/cancel`, { method: 'POST' });
  expect(await cancelled.json()).toMatchObject({ state: 'cancelled' });
});
