// Models in other formats: the server and the command line give the same files.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { writeArtifact } from '../../../src/shared/artifacts/write-artifact.ts';
import { runCommand } from '../../fixtures/command-line.ts';
import {
  createModel,
  writeOnnx,
  writeSafetensors,
  type ExportedModel,
  type ModelDescription,
} from '../../fixtures/exported-models/exported-model.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { postModel } from '../../fixtures/served-model.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { createChain } from '../../fixtures/topologies/written-topologies.ts';

/** Its weights are larger than the pieces in which files are read, and one of its tensors is reordered. */
const large: ModelDescription = {
  spec: {
    network: {
      shared: true,
      initialization: 'orthogonal',
      layers: [
        { type: 'lstm', units: 70 },
        { type: 'dense', units: 100, activation: 'tanh' },
      ],
    },
  },
};
/** A bidirectional layer cannot be written as ONNX yet. */
const unknown: ModelDescription = {
  spec: { algorithm: 'reinforce' },
  createTopology: () =>
    createChain(
      ['Reshape', { target_shape: [2, 2] }],
      [
        'Bidirectional',
        { merge_mode: 'concat', layer: { class_name: 'LSTM', config: { name: 'k', units: 3 } } },
      ],
      ['Dense', { units: 3 }],
    ),
};

function listFiles({ modelJson, weights, card }: ExportedModel): Map<string, Uint8Array> {
  return new Map([
    ['model.json', Buffer.from(JSON.stringify(modelJson))],
    ['weights.bin', weights],
    ['model-card.json', Buffer.from(JSON.stringify(card))],
  ]);
}

async function startWithModel(description: ModelDescription) {
  const server = await startTestServer();
  const posted = await postModel(server);
  const model = await createModel(description);
  await writeArtifact({ directory: posted.directory, files: listFiles(model) });
  return { server, model, ...posted };
}

async function readBytes(response: Promise<Response>): Promise<Buffer> {
  return Buffer.from(await (await response).arrayBuffer());
}

describe.each([
  ['onnx', writeOnnx],
  ['safetensors', writeSafetensors],
] as const)('GET /jobs/{id}/models/best.%s', (format, write) => {
  it.each([
    ['large', large],
    ['small', {}],
  ])('sends the whole file: %s', async (_size, description) => {
    const { server, address, model, id } = await startWithModel(description);
    const answer = await server.get(`${address}.${format}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${id}-best.${format}"`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.equals(write(model))).toBe(true);
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    const client = new A3CClient({ url: server.url });
    expect(bytes.equals(Buffer.from(await client.downloadModel(id, `best.${format}`)))).toBe(true);
  });

  it('has the size and a tag of the version of the model', async () => {
    const { server, address, directory } = await startWithModel({});
    const path = `${address}.${format}`;
    const head = await fetch(server.url + path, { method: 'HEAD' });
    const etag = head.headers.get('etag') ?? '';
    expect(head.headers.get('content-length')).toBe(String((await readBytes(server.get(path))).length));
    expect((await server.get(path, { 'if-none-match': etag })).status).toBe(304);
    expect((await server.get(`${address}.zip`)).headers.get('etag')).not.toBe(etag);
    await writeArtifact({ directory, files: listFiles(await createModel({ observationShape: [3] })) });
    expect((await server.get(path, { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('a model with a layer that ONNX export does not know', () => {
  it('is refused by name, while safetensors and the zip have it', async () => {
    const { server, address, id } = await startWithModel(unknown);
    const refused = await server.get(`${address}.onnx`);
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-disposition')).toBeNull();
    expect(problemSchema.parse(await refused.json())).toMatchObject({
      code: 'MODEL_NOT_EXPORTABLE',
      detail:
        'layer y1 (Bidirectional) cannot be written as ONNX: this class of layers is not supported; the zip has the whole model',
    });
    expect((await server.get(`${address}.safetensors`)).status).toBe(200);
    expect((await server.get(`${address}.zip`)).status).toBe(200);
    await expect(new A3CClient({ url: server.url }).downloadModel(id, 'best.onnx')).rejects.toMatchObject({
      code: 'MODEL_NOT_EXPORTABLE',
    });
  });
});

describe('a stored model that is none', () => {
  it('is refused in words, and can still be had as it is', async () => {
    const server = await startTestServer();
    const { address } = await postModel(server);
    for (const format of ['onnx', 'safetensors']) {
      const refused = await server.get(`${address}.${format}`);
      expect(refused.status).toBe(409);
      const { code, detail } = problemSchema.parse(await refused.json());
      expect([code, detail]).toEqual([
        'MODEL_NOT_EXPORTABLE',
        expect.stringMatching(/^the model cannot be read, /),
      ]);
    }
    expect((await server.get(`${address}.zip`)).status).toBe(200);
  });
});

describe('a3c export', () => {
  async function unpackModel(description: ModelDescription) {
    const { server, address, model } = await startWithModel(description);
    const zip = await readBytes(server.get(`${address}.zip`));
    const directory = createTemporaryDirectory();
    mkdirSync(join(directory, 'my-model'));
    for (const [name, bytes] of Object.entries(unzipSync(zip)))
      writeFileSync(join(directory, 'my-model', name), bytes);
    const run = (...args: string[]) => runCommand(['export', ...args], { directory });
    const read = (name: string): Buffer => readFileSync(join(directory, name));
    return { directory, model, zip, run, read };
  }

  it('writes what the server sends', async () => {
    const { model, zip, run, read } = await unpackModel(large);
    expect(await run('my-model', '--format', 'onnx')).toEqual({
      code: 0,
      stdout: 'wrote my-model.onnx\n',
      stderr: '',
    });
    expect(read('my-model.onnx').equals(writeOnnx(model))).toBe(true);
    await run('my-model', '--format', 'safetensors', '--output', 'all.safetensors');
    expect(read('all.safetensors').equals(writeSafetensors(model))).toBe(true);
    await run('my-model', '--format', 'zip');
    expect(read('my-model.zip').equals(zip)).toBe(true);
    await run('my-model', '--format', 'tfjs', '--output', 'page/model');
    for (const name of ['model.json', 'weights.bin', 'model-card.json', 'manifest.json'])
      expect(read(join('page/model', name)).equals(read(join('my-model', name)))).toBe(true);
  });

  it('writes a directory that is checked, also from an archive and over another model', async () => {
    const { run, directory, zip } = await unpackModel({});
    writeFileSync(join(directory, 'best.zip'), zip);
    mkdirSync(join(directory, 'page'));
    writeFileSync(join(directory, 'page/manifest.json'), '{"of": "another model"}');
    const written = await run('best.zip', '--format', 'tfjs', '--output', 'page', '--force');
    expect(written).toEqual({ code: 0, stdout: 'wrote page\n', stderr: '' });
    expect(await run('page', '--format', 'zip')).toEqual({
      code: 0,
      stdout: 'wrote page.zip\n',
      stderr: '',
    });
    writeFileSync(join(directory, 'page/weights.bin'), 'damaged');
    expect((await run('page', '--format', 'zip', '--force')).stderr).toContain('weights.bin');
  });

  it.each(['onnx', 'tfjs'])('overwrites nothing without --force: %s', async (format) => {
    const { run, directory, read } = await unpackModel({});
    const path = format === 'tfjs' ? 'out' : 'out.onnx';
    const file = format === 'tfjs' ? 'out/weights.bin' : path;
    mkdirSync(join(directory, 'out'), { recursive: true });
    writeFileSync(join(directory, file), 'mine');
    const refused = await run('my-model', '--format', format, '--output', path);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${path} exists${format === 'tfjs' ? ' and is not empty' : ''}; choose another path with --output, or overwrite it with --force\n`,
    });
    expect(read(file).toString()).toBe('mine');
    expect((await run('my-model', '--format', format, '--output', path, '--force')).code).toBe(0);
    expect(read(file).toString()).not.toBe('mine');
  });

  it('says in one line what is wrong', async () => {
    const { run, directory } = await unpackModel({});
    const expectLine = async (args: readonly string[], line: RegExp): Promise<void> => {
      const { code, stderr } = await run(...args);
      expect(code).toBe(1);
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd()).not.toContain('\n');
    };
    await expectLine(['nothing', '--format', 'onnx'], /^error: there is no model in nothing\n$/);
    await expectLine(
      ['my-model', '--format', 'onnx', '--output', 'a/b'],
      /^error: cannot write a\/b: ENOENT/,
    );
    await expectLine(['my-model', '--format', 'tfjs', '--output', 'my-model/model.json'], /exists/);
    mkdirSync(join(directory, 'short'));
    for (const name of ['model.json', 'model-card.json'])
      writeFileSync(join(directory, 'short', name), readFileSync(join(directory, 'my-model', name)));
    writeFileSync(join(directory, 'short', 'weights.bin'), 'four');
    const { stderr } = await run('short', '--format', 'onnx');
    expect(stderr).toMatch(/the weights have 4 bytes, not \d+\n$/);
    expect((await run('my-model', '--format', 'gguf')).code).toBe(1);
  });
});
