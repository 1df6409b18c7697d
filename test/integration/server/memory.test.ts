// A job that does not fit into this machine's memory is refused when it is posted.
import { expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../../src/server/main.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { scriptedMaster } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

it('refuses 64 workers that would fit one by one, and says what to reduce', async () => {
  const settings = {
    port: 0,
    logLevel: 'silent',
    spareMaster: false,
    data: createTemporaryDirectory(),
  } as const;
  const server = await startServer(settings, { masterEntry: scriptedMaster, memoryBytes: 22 * 2 ** 30 });
  onTestFinished(() => server.close());
  const layer = { type: 'dense', units: 1024, activation: 'relu' };
  const response = await fetch(`${server.url}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      environment: 'CartPole-v1',
      workers: 64,
      rolloutLength: 512,
      environmentsPerWorker: 84,
      network: { shared: false, layers: [layer, layer] },
    }),
  });
  expect(response.status).toBe(422);
  const { code, errors } = problemSchema.parse(await response.json());
  expect(code).toBe('INVALID_JOB');
  expect(errors).toMatchObject([{ path: 'workers' }]);
  expect(errors?.[0]?.message).toMatch(/would need \d+\.\d GiB: .* jobs may use 22\.0 GiB .* Reduce workers/);
});
