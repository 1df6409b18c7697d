// A policy from a directory, an address and an archive: the same one.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  loadPolicy,
  ModelUnavailableError,
  type LoadPolicyOptions,
  type ModelSource,
} from '../../../src/policy/node.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { trainTinyModel } from '../../fixtures/tiny-model.ts';

const observations = Array.from({ length: 40 }, (_, index) =>
  [1, 2, 3, 4].map((factor) => Math.sin(index * factor) * 0.3),
);

async function listActions(source: ModelSource, options: LoadPolicyOptions = {}): Promise<unknown[]> {
  const policy = await loadPolicy(source, options);
  return observations.map((observation) => policy.predict(observation).action);
}

/** Returns the message of the refusal to load a model that is not there. */
async function refuse(source: ModelSource, options: LoadPolicyOptions = {}): Promise<string> {
  const error: unknown = await loadPolicy(source, options).catch((thrown: unknown) => thrown);
  if (error instanceof ModelUnavailableError) return error.message;
  throw new Error('the model was loaded, or refused in another way', { cause: error });
}

/** Serves the files of a directory below /static/, and nothing else. */
async function serveFiles(directory: string): Promise<string> {
  const server = createServer((request, response) => {
    const name = /^\/static\/([\w.-]+)$/.exec(request.url ?? '')?.[1] ?? 'missing';
    readFile(join(directory, name)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/static` : '';
}

describe('loadPolicy', () => {
  it('gives the same policy for a directory, an address and an archive, on both engines', async () => {
    const server = await startTestServer({}, 'real');
    const { id, url } = await trainTinyModel(server);
    const directory = join(server.data, 'jobs', id, 'best');
    const expected = await listActions(directory);
    expect(new Set(expected).size).toBe(2);

    const archive = new Uint8Array(await (await fetch(`${url}.zip`)).arrayBuffer());
    const file = join(createTemporaryDirectory(), 'best.zip');
    await writeFile(file, archive);
    const plain = join(createTemporaryDirectory(), 'plain');
    await mkdir(plain);
    const names = ['model.json', 'weights.bin', 'model-card.json'];
    for (const name of names) await writeFile(join(plain, name), await readFile(join(directory, name)));
    const contents: Record<string, Uint8Array> = {};
    for (const name of names) contents[name] = await readFile(join(plain, name));
    const compressed = zipSync(contents, { level: 9 });
    const sources: [string, ModelSource][] = [
      ['output of a run', join(directory, '..')],
      ['file URL', pathToFileURL(directory)],
      ['text of a file URL', pathToFileURL(directory).href],
      ['directory without a manifest', plain],
      ['archive on the disk', file],
      ['archive', archive],
      ['archive as a buffer', archive.buffer],
      ['compressed archive', compressed],
      ['server', url],
      ['server, with a slash', new URL(`${url}/`)],
      ['archive of a server', `${url}.zip`],
      ['static files', await serveFiles(directory)],
      ['static files without a manifest', `${await serveFiles(plain)}/`],
    ];
    for (const [what, source] of sources) expect(await listActions(source), what).toEqual(expected);
    expect(await listActions(url, { engine: 'tfjs' }), 'TensorFlow.js').toEqual(expected);
  });

  it('sends a token, and says what a server answered without one', async () => {
    const token = 'a-token-of-the-test-0123456789abcdef';
    const headers = { authorization: `Bearer ${token}` };
    const server = await startTestServer({ token }, 'scripted');
    const url = `${server.url}/jobs/job_00000000000000000000000000/models/best`;
    expect(await refuse(url)).toMatch(/cannot be fetched: the answer has status 401, /);
    for (const options of [{ token }, { headers }])
      expect(await refuse(url, options)).toMatch(/^there is no model at .*: the answer has status 404, /);
  });

  it('says where there is no model', async () => {
    const missing = join(createTemporaryDirectory(), 'missing');
    expect(await refuse(missing)).toContain(
      `there is no model in ${missing}: pass a directory with model.json`,
    );
    expect(await refuse('http://127.0.0.1:9/jobs/x/models/best')).toMatch(
      /best\.zip cannot be fetched: .*Check the address and that its server runs/,
    );
  });
});
