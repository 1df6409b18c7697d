// What computes a job's network, as a client asks for it and is told.
import { describe, expect, it } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const network: JobRequest['network'] = {
  shared: true,
  layers: [{ type: 'dense', units: 8, activation: 'tanh' }],
};
const kernels = { name: 'wasm', backend: 'simd', reason: null };

describe('a job', () => {
  it('trains on the kernels by default', async () => {
    const server = await startTestServer({}, 'real');
    const client = new A3CClient({ url: server.url });
    const { id, spec, engine } = await client.createJob({
      environment: 'Identity-v0',
      stop: { maxSteps: 500, targetReward: null },
    });
    expect(spec.engine).toBe('auto');
    expect(engine).toEqual(kernels);
    await server.waitFor(id, 'succeeded');
    expect((await client.getJob(id)).engine).toEqual(kernels);
    expect((await client.getStatus()).jobs[0]?.engine).toEqual(kernels);
  });

  it('trains on TensorFlow.js if it asks for it', async () => {
    const server = await startTestServer({}, 'real');
    const client = new A3CClient({ url: server.url });
    const { id } = await client.createJob({
      environment: 'CartPole-v1',
      engine: 'tfjs',
      network,
      stop: { maxSteps: 500, targetReward: null },
      evaluation: { episodes: 1, everySteps: 500 },
    });
    await server.waitFor(id, 'succeeded');
    const reason = '@tensorflow/tfjs-node is not installed (npx a3c setup tfjs-node builds it)';
    const engine = { name: 'tfjs', backend: 'wasm', reason };
    const job = await client.getJob(id);
    expect(job).toMatchObject({ engine, refusedGradients: 0, workerRestarts: 0 });
    expect(job.progress.updates).toBeGreaterThan(0);
    expect((await client.getStatus()).jobs[0]?.engine).toEqual(engine);
    const { files } = await client.getModel(id, 'latest');
    const card: unknown = JSON.parse(new TextDecoder().decode(files.get('model-card.json')));
    expect(card).toMatchObject({ engine: { name: 'tfjs', backend: 'wasm' } });
  });

  it('does not know its backend before it has started', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 });
    await server.postJob('run');
    const { id } = await server.postJob('run', { engine: 'tfjs' });
    expect((await server.readJob(id)).engine).toEqual({ name: 'tfjs', backend: null, reason: null });
  });

  it('cannot ask for an engine that does not exist', async () => {
    const server = await startTestServer();
    const response = await server.post('/jobs', { environment: 'CartPole-v1', engine: 'cuda' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ path: 'engine' }] });
  });
});
