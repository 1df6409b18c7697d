// The client and answers of a newer server: each object of each answer gets a field that the client does not know.
import { createServer } from 'node:http';
import { zipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A3CClient } from '../../src/client/a3c-client.ts';
import { artifactManifestSchema } from '../../src/shared/artifacts/artifact-manifest.ts';
import { createArtifactManifest } from '../../src/shared/artifacts/create-artifact-manifest.ts';
import { createModelCard } from '../../src/shared/model-format/model-card.ts';
import { pendulum } from '../../src/shared/environments/pendulum.ts';
import { exampleFigures } from '../fixtures/example-figures.ts';
import { exampleSpec } from '../fixtures/example-job.ts';
import { addUnknownFields } from '../fixtures/newer-answers.ts';
import { startTestServer } from '../fixtures/running-server.ts';

/** A client of a server that answers every request with what `next` returns. */
async function connectTo(next: () => { readonly type: string; readonly body: string | Uint8Array }) {
  const server = createServer((_request, response) => {
    const { type, body } = next();
    response.writeHead(200, { 'content-type': type, connection: 'close' }).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new A3CClient({ url: `http://127.0.0.1:${address.port}` });
}

/** What the client makes of the answer, and of each variant of it. */
async function expectSameReading(
  answer: unknown,
  read: (client: A3CClient) => Promise<unknown>,
): Promise<void> {
  let body = JSON.stringify(answer);
  const client = await connectTo(() => ({ type: 'application/json', body }));
  const known = await read(client);
  const variants = addUnknownFields(answer);
  expect(variants.length).toBeGreaterThan(0);
  for (const variant of variants) {
    body = JSON.stringify(variant.answer);
    await expect(read(client), `with a field more in ${variant.where}`).resolves.toMatchObject(Object(known));
  }
}

async function postExample() {
  const server = await startTestServer();
  const { id } = await server.postJob('succeed', {
    environment: 'Pendulum-v1',
    algorithm: 'ddpg',
    metadata: { purpose: 'test' },
  });
  await server.waitFor(id, 'succeeded');
  return { server, id };
}

describe('a client of a newer server', () => {
  it.each<[string, (id: string) => string, (client: A3CClient) => Promise<unknown>]>([
    ['a job', (id) => `/jobs/${id}`, (client) => client.getJob('job_1')],
    ['a page of jobs', () => '/jobs', (client) => client.listJobs()],
    ['the learning curve', (id) => `/jobs/${id}/metrics`, (client) => client.getMetrics('job_1')],
    ['evaluations', (id) => `/jobs/${id}/evaluations`, (client) => client.getEvaluations('job_1')],
    ['the status', () => '/status', (client) => client.getStatus()],
    ['the environments', () => '/environments', (client) => client.listEnvironments()],
    ['the presets', () => '/presets', (client) => client.listPresets()],
  ])('reads what it knows of %s', async (_what, locate, read) => {
    const { server, id } = await postExample();
    const answer: unknown = await (await server.get(locate(id))).json();
    await server.close();
    await expectSameReading(answer, read);
  });

  it('ignores unknown fields and types of events', async () => {
    const evaluation = { mean: 1, standardDeviation: 0, min: 1, max: 1, episodes: 1, steps: 1, isBest: true };
    const events = [
      ['state', { state: 'running', reason: null, attempt: 1 }],
      ['progress', exampleFigures(100)],
      ['episode', { episode: 1, worker: 0, return: 9, length: 9, steps: 9 }],
      ['evaluation', evaluation],
      ['log', { level: 'info', message: 'a message' }],
    ] as const;
    const last = `event: state\ndata: ${JSON.stringify({ state: 'succeeded', reason: null, attempt: 1 })}\n\n`;
    for (const [type, data] of events) {
      for (const { where, answer } of addUnknownFields(data)) {
        const body = `event: ${type}\ndata: ${JSON.stringify(answer)}\n\n${last}`;
        const client = await connectTo(() => ({ type: 'text/event-stream', body }));
        const { value } = await client.events('job_1').next();
        expect(value, `with a field more in ${where}`).toMatchObject({ type, data });
      }
    }
  });

  it('ignores unknown fields of a model, its card and its manifest', async () => {
    const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
    const card = createModelCard({
      definition: pendulum,
      spec: {
        ...exampleSpec,
        environment: 'Pendulum-v1',
        policy: { type: 'deterministic', outputActivation: 'tanh' },
      },
      model: 'best',
      engine: { name: 'wasm', backend: 'wasm-simd' },
      scores: {
        evaluation: { mean: 1, standardDeviation: 0, min: 1, max: 1, episodes: 1, steps: 1 },
        steps: 1,
        updates: 1,
      },
      policyParameters: {},
      createdAt: new Date(0),
    });
    let archive: Uint8Array = new Uint8Array();
    const client = await connectTo(() => ({ type: 'application/zip', body: archive }));
    const pack = async (
      variant: unknown,
      changeManifest: (manifest: unknown) => unknown,
    ): Promise<Uint8Array> => {
      const files = {
        'model.json': encode({}),
        'weights.bin': encode(0),
        'model-card.json': encode(variant),
      };
      const manifest = await createArtifactManifest(new Map(Object.entries(files)), { steps: 1 });
      return zipSync({ ...files, 'manifest.json': encode(changeManifest(manifest)) });
    };
    for (const { where, answer } of addUnknownFields(card).filter(
      ({ where }) => where !== 'policyParameters',
    )) {
      archive = await pack(answer, (manifest) => manifest);
      expect((await client.getModel('job_1')).card, `with a field more in ${where}`).toMatchObject(card);
    }
    const manifest = await createArtifactManifest(new Map([['weights.bin', encode(0)]]), {});
    for (const { where, answer } of addUnknownFields(manifest).filter(({ where }) => where !== 'files')) {
      expect(artifactManifestSchema.parse(answer), `with a field more in ${where}`).toMatchObject(manifest);
    }
  });

  it('ignores unknown fields of a refusal', async () => {
    const problem = { code: 'INVALID_JOB', detail: 'no', errors: [{ path: 'workers', message: 'too many' }] };
    for (const { answer } of addUnknownFields(problem)) {
      const fetchProblem = () => Promise.resolve(new Response(JSON.stringify(answer), { status: 422 }));
      const client = new A3CClient({ url: 'http://localhost', fetch: fetchProblem });
      await expect(client.getJob('job_1')).rejects.toMatchObject({
        code: 'INVALID_JOB',
        issues: problem.errors,
      });
    }
  });
});
