// Jobs that start from an uploaded model: archives of every kind, and what is left of them.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { createForeignModel } from '../../fixtures/foreign-model.ts';
import {
  createForm,
  encodeJson,
  expectNothingLeft,
  own,
  ownArchive,
  ownFiles,
  ownManifest,
  postForm,
  readProblem,
  stallUpload,
  unchanged,
} from '../../fixtures/job-forms.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const foreign = createForeignModel();

/** What is said to be wrong, as `path: message`. */
async function refuse(server: TestServer, archive: Uint8Array, job: object = unchanged): Promise<string> {
  const response = await postForm(
    server,
    createForm([
      ['job', JSON.stringify(job)],
      ['model', archive],
    ]),
  );
  const { code, errors = [] } = await readProblem(response);
  expect(code).toBe('INVALID_JOB');
  return errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

async function readLatestWeights(server: TestServer, id: string): Promise<Float32Array> {
  const response = await server.get(`/jobs/${id}/models/latest/weights.bin`);
  expect(response.status).toBe(200);
  return new Float32Array(await response.arrayBuffer());
}

function expectNearly(found: Float32Array, wanted: Float32Array): void {
  expect(found).toHaveLength(wanted.length);
  const furthest = found.map((value, index) => Math.abs(value - (wanted[index] ?? Number.NaN)));
  expect(Math.max(...furthest)).toBeLessThan(1e-6);
}

function readFloats(bytes: Uint8Array | undefined): Float32Array {
  return new Float32Array(new Uint8Array(bytes ?? []).buffer);
}

/** The JSON of a file, changed as text. */
function editJson(bytes: Uint8Array | undefined, edit: (text: string) => string): Uint8Array {
  return new TextEncoder().encode(edit(new TextDecoder().decode(bytes)));
}

describe('a job with an uploaded model', () => {
  it.each<[string, Zippable]>([
    ['as a server sends it', { ...ownFiles, 'manifest.json': ownManifest }],
    [
      'without a manifest, in a folder, beside other files',
      {
        'README.txt': encodeJson('x'),
        '__MACOSX/model.json': encodeJson({}),
        model: { ...ownFiles, 'notes.txt': encodeJson('y') },
      },
    ],
  ])('begins with its weights and the shape of its network: %s', async (_how, files) => {
    const server = await startTestServer({}, 'real');
    const archive = zipSync(files);
    const { id, spec } = await new A3CClient({ url: server.url }).createJob(unchanged, { model: archive });
    expect(spec.startFrom).toEqual({ upload: createHash('sha256').update(archive).digest('hex') });
    expect(spec.network).toEqual(own.spec.network);
    await server.waitFor(id, 'succeeded');
    expectNearly(await readLatestWeights(server, id), readFloats(own.files.get('weights.bin')));
    await expectNothingLeft(server);
  });

  it.each<[string, Zippable]>([
    ['packed', { ...foreign.files }],
    ['only stored, in a folder', { 'my model': [{ ...foreign.files }, { level: 0 }] }],
  ])('takes any layers model of TensorFlow.js: %s', async (_how, files) => {
    const server = await startTestServer({}, 'real');
    const response = await postForm(
      server,
      createForm([
        ['model', zipSync(files)],
        ['job', encodeJson(unchanged)],
      ]),
    );
    expect(response.status).toBe(202);
    const { id, spec } = jobSchema.parse(await response.json());
    expect(spec).toMatchObject({
      normalizeObservations: false,
      network: { modelDescription: { inputs: [[4]] } },
    });
    await server.waitFor(id, 'succeeded');
    expectNearly(await readLatestWeights(server, id), foreign.values);
    await expectNothingLeft(server);
  });

  it('can be posted again, as it was resolved, only with the same model', async () => {
    const server = await startTestServer();
    const client = new A3CClient({ url: server.url });
    const { spec } = await client.createJob(unchanged, { model: ownArchive });
    const again = await client.createJob(spec, { model: ownArchive });
    expect(again.spec).toEqual(spec);
    expect(await refuse(server, zipSync(ownFiles), spec)).toMatch(
      /^startFrom\.upload: the uploaded archive has the SHA-256 [0-9a-f]{64}$/,
    );
    expect(await refuse(server, ownArchive, { ...spec, startFrom: { job: again.id } })).toMatch(
      /^startFrom: .*not from both$/,
    );
    const { errors } = await readProblem(await server.post('/jobs', spec));
    expect(errors).toMatchObject([{ path: 'startFrom.upload' }]);
    expect(errors?.[0]?.message).toMatch(/must come with the request/);
  });

  it('is the same again for the same key and model, and refused for another model', async () => {
    const server = await startTestServer();
    const client = new A3CClient({ url: server.url });
    const once = { idempotencyKey: 'once' };
    const jobs = await Promise.all(
      [1, 2, 3].map(async () => await client.createJob(unchanged, { ...once, model: ownArchive })),
    );
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    await expect(client.createJob(unchanged, { ...once, model: zipSync(ownFiles) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(server.listJobDirectories()).toHaveLength(1);
    await expectNothingLeft(server);
  });
});

describe('an uploaded archive', () => {
  /** The archive of `files` with one number of its directory replaced. */
  function forgeSize(files: Zippable, name: string, bytes: number): Uint8Array {
    const archive = Buffer.from(zipSync(files));
    const nameAt = archive.lastIndexOf(name);
    archive.writeUInt32LE(bytes, nameAt - 46 + 24);
    return archive;
  }

  const zeros = new Uint8Array(100 * 1024 * 1024);
  const damaged = Uint8Array.from(ownArchive, (byte, index) => (index === 60 ? byte ^ 255 : byte));
  const refused: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    'that is no archive': [encodeJson('a text'), /^model: these 8 bytes are no complete zip archive/],
    'that is empty': [new Uint8Array(), /^model: these 0 bytes are no complete zip archive/],
    'that is cut off': [ownArchive.subarray(0, 900), /^model: .*no complete zip archive/],
    'that is damaged': [damaged, /^model: .*(damaged|checksum|decompressed)/],
    'without a model': [zipSync({ 'x.txt': encodeJson('x') }), /^model: the archive has no model\.json$/],
    'without weights': [
      zipSync({ ...ownFiles, 'weights.bin': new Uint8Array() }),
      /^startFrom: .*the weights have 0 bytes, not \d+/,
    ],
    'with a part of the weights': [
      zipSync({ ...foreign.files, 'group1-shard2of2.bin': new Uint8Array(4) }),
      /^startFrom: .*the weights have 16 bytes, not 40/,
    ],
    'without one of the files of weights': [
      zipSync(Object.fromEntries(Object.entries(foreign.files).slice(0, 2))),
      /^model: the archive has no group1-shard2of2\.bin$/,
    ],
    'with weights outside of it': [
      zipSync({
        ...createForeignModel((model) => ({
          ...model,
          weightsManifest: [{ paths: ['../../a3c.sqlite'], weights: [] }],
        })).files,
      }),
      /^model: not a layers model.*must name a file beside model\.json/,
    ],
    'with two models': [
      zipSync({ first: ownFiles, second: ownFiles }),
      /^model: the archive has several models: first\/ and second\/$/,
    ],
    'whose weights are not numbers': [
      zipSync({
        ...ownFiles,
        'weights.bin': new Uint8Array(own.files.get('weights.bin')?.length ?? 0).fill(255),
      }),
      /^startFrom: .*not all finite/,
    ],
    'that does not match its manifest': [
      zipSync({ ...ownFiles, 'weights.bin': new Uint8Array(8), 'manifest.json': ownManifest }),
      /^model: weights\.bin does not match its checksum/,
    ],
    'whose card is no card': [
      zipSync({
        ...ownFiles,
        'model-card.json': editJson(ownFiles['model-card.json'], (text) =>
          text.replace('"CartPole-v1"', '7'),
        ),
      }),
      /^model: not a model card: environment/,
    ],
    'of a graph model': [
      zipSync({ ...createForeignModel(() => ({ format: 'graph-model' })).files }),
      /^model: not a layers model of TensorFlow\.js/,
    ],
    'with code in a layer': [
      zipSync({
        ...foreign.files,
        'model.json': editJson(foreign.files['model.json'], (text) => text.replace('"Dense"', '"Lambda"')),
      }),
      /^network\.modelTopology: .*Lambda/,
    ],
    'that unpacks to more than is allowed': [
      zipSync({ ...foreign.files, 'group1-shard1of2.bin': zeros, 'group1-shard2of2.bin': zeros }),
      /^model: group1-shard2of2\.bin in the archive has 104857600 bytes once it is unpacked; at most 29360128/,
    ],
    'that unpacks to more than it says': [
      forgeSize({ ...ownFiles, 'weights.bin': zeros }, 'weights.bin', 40),
      /^model: weights\.bin in the archive has more bytes than its directory says: 40$/,
    ],
    'with a document of a hundred megabytes': [
      zipSync({ ...ownFiles, 'model.json': zeros }),
      /^model: model\.json in the archive has 104857600 bytes .*at most 1048576/,
    ],
  };

  it.each(Object.entries(refused))(
    '%s is refused, and nothing is left behind',
    async (_what, [archive, message]) => {
      const server = await startTestServer();
      expect(await refuse(server, archive)).toMatch(message);
      expect(server.listJobDirectories()).toEqual([]);
      await expectNothingLeft(server);
    },
  );

  it('is gone when the server was killed while it received it', async () => {
    const data = createTemporaryDirectory();
    mkdirSync(join(data, 'uploads'));
    writeFileSync(join(data, 'uploads', 'left.zip'), 'half of an archive');
    const server = await startTestServer({ data });
    expect(existsSync(join(server.data, 'uploads', 'left.zip'))).toBe(false);
  });

  it('is gone when its sender leaves', async () => {
    const server = await startTestServer();
    const socket = await stallUpload(server);
    socket.destroy();
    await expectNothingLeft(server);
  });

  it('is refused while others are received, if they are as many as are allowed', async () => {
    const server = await startTestServer({}, 'scripted', { maxUploads: 1 });
    const client = new A3CClient({ url: server.url });
    const socket = await stallUpload(server);
    const refusal = client.createJob(unchanged, { model: ownArchive });
    await expect(refusal).rejects.toMatchObject({ code: 'TOO_MANY_UPLOADS', status: 429 });
    socket.destroy();
    await vi.waitFor(async () => {
      await client.createJob(unchanged, { model: ownArchive });
    }, patience);
  });
});
