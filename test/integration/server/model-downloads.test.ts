// Downloads of large models: a slow or stopped reader costs the server and other readers little.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { hashBytes } from '../../../src/shared/artifacts/create-artifact-manifest.ts';
import { readMemoryBytes } from '../../fixtures/read-memory.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import {
  countOpenFiles,
  openDownload,
  postModel,
  readDownload,
  writeModel,
} from '../../fixtures/served-model.ts';

const mebibyte = 2 ** 20;
/** More than the buffers of a connection hold. */
const largeBytes = 16 * mebibyte;

async function startWithLargeModel(...settings: Parameters<typeof startTestServer>) {
  const server = await startTestServer(...settings);
  const model = await postModel(server);
  const weights = await writeModel(model.directory, largeBytes);
  return { server, ...model, weights };
}

/** Bytes that this process, its servers included, has read so far. */
function countBytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

async function readHead(server: TestServer, path: string): Promise<Response> {
  return await fetch(server.url + path, { method: 'HEAD' });
}

async function expectFilesClosed(directory: string): Promise<void> {
  await vi.waitFor(() => expect(countOpenFiles(directory)).toBe(0), { timeout: 40_000, interval: 20 });
}

describe('HEAD of a model', () => {
  it.each(['/weights.bin', '.zip'])('says what GET would send: %s', async (file) => {
    const { server, address } = await startWithLargeModel();
    const head = await readHead(server, address + file);
    const answer = await server.get(address + file);
    const body = await answer.arrayBuffer();
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String(body.byteLength));
    for (const name of ['content-length', 'content-type', 'etag', 'content-disposition', 'cache-control']) {
      expect(head.headers.get(name)).toBe(answer.headers.get(name));
    }
  });

  it.each(['/weights.bin', '.zip'])('reads no weights once they have been checked: %s', async (file) => {
    const { server, address, directory } = await startWithLargeModel();
    await readHead(server, address + file);
    const before = countBytesRead();
    for (let call = 0; call < 5; call += 1) await readHead(server, address + file);
    expect(countBytesRead() - before).toBeLessThan(mebibyte);
    await expectFilesClosed(directory);
  });
});

describe('a download whose reader stops', () => {
  it.each(['/weights.bin', '.zip'])('holds little of the model in memory: %s', async (file) => {
    const { server, address, weights } = await startWithLargeModel();
    await readHead(server, address + file);
    const before = readMemoryBytes();
    const stalled = await Promise.all(
      Array.from({ length: 8 }, () => openDownload(server.url, address + file)),
    );
    // Time enough to send all of it, were it not for their not reading.
    const read = await readDownload(await openDownload(server.url, `${address}/weights.bin`));
    expect(read.equals(weights)).toBe(true);
    // What is held stays; what only waits to be collected goes.
    await vi.waitFor(
      () => expect(readMemoryBytes() - before - read.byteLength).toBeLessThan(2 * largeBytes),
      { timeout: 40_000, interval: 100 },
    );
    for (const socket of stalled) socket.destroy();
  });

  it('is closed, while a slow one continues', async () => {
    const { server, address, directory, weights } = await startWithLargeModel({}, 'scripted', {
      stallLimitMs: 1_500,
    });
    const stalled = await openDownload(server.url, `${address}/weights.bin`);
    const slow = await openDownload(server.url, `${address}/weights.bin`);
    // Takes longer than the limit, piece by piece.
    expect((await readDownload(slow, 10)).equals(weights)).toBe(true);
    await expectFilesClosed(directory);
    expect((await readDownload(stalled)).byteLength).toBeLessThan(largeBytes);
  });

  it.each(['/weights.bin', '.zip'])('holds one file open: %s', async (file) => {
    const { server, address, directory } = await startWithLargeModel();
    const stalled = await openDownload(server.url, address + file);
    expect(countOpenFiles(directory)).toBe(1);
    stalled.destroy();
    await expectFilesClosed(directory);
  });

  it('keeps no other from being served, as many are allowed; one more is refused until one ends', async () => {
    const { server, address, directory } = await startWithLargeModel({}, 'scripted', { maxDownloads: 2 });
    const [first] = await Promise.all([
      openDownload(server.url, `${address}.zip`),
      openDownload(server.url, `${address}/weights.bin`),
    ]);
    const refused = await server.get(`${address}/model.json`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(problemSchema.parse(await refused.json())).toMatchObject({ code: 'TOO_MANY_DOWNLOADS' });
    first.destroy();
    await vi.waitFor(async () => expect((await server.get(`${address}/model.json`)).status).toBe(200), {
      timeout: 40_000,
      interval: 20,
    });
    // Answers without content take no place for good.
    expect((await readHead(server, `${address}.zip`)).status).toBe(200);
    const { headers } = await server.get(`${address}/model.json`);
    const etag = headers.get('etag') ?? '';
    for (let call = 0; call < 3; call += 1) {
      const known = await server.get(`${address}/model.json`, { 'if-none-match': etag });
      expect(known.status).toBe(304);
    }
    await server.close();
    await expectFilesClosed(directory);
  });

  it('leaves no file open when the reader goes away at once', async () => {
    const { server, address, directory } = await startWithLargeModel();
    for (let call = 0; call < 20; call += 1) {
      const controller = new AbortController();
      const answer = fetch(`${server.url}${address}.zip`, { signal: controller.signal });
      // Some go before the answer begins, some after.
      if (call % 2 === 0) await answer;
      controller.abort();
      await answer.catch(() => undefined);
    }
    await expectFilesClosed(directory);
  });
});

describe('a model that changes while it is read', () => {
  it('is sent in its old version when it is replaced', async () => {
    const { server, address, directory, weights } = await startWithLargeModel();
    const archive = await openDownload(server.url, `${address}.zip`);
    for (let version = 0; version < 3; version += 1) await writeModel(directory, 100);
    const files = unzipSync(await readDownload(archive));
    expect(await hashBytes(files['weights.bin'] ?? Buffer.alloc(0))).toBe(await hashBytes(weights));
    expect(JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString())).toMatchObject({
      files: { 'weights.bin': { bytes: largeBytes, sha256: await hashBytes(weights) } },
    });
  });

  it('is sent to its end when its job is deleted', async () => {
    const { server, id, address, weights } = await startWithLargeModel();
    const download = await openDownload(server.url, `${address}/weights.bin`);
    expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
    expect((await server.get(`${address}/weights.bin`)).status).toBe(404);
    expect((await readDownload(download)).equals(weights)).toBe(true);
    await expectFilesClosed(join(server.data, 'jobs'));
  });

  it('breaks off where its file has become shorter', async () => {
    const { server, address, directory } = await startWithLargeModel();
    const download = await openDownload(server.url, `${address}/weights.bin`);
    writeFileSync(join(directory, 'weights.bin'), '');
    expect((await readDownload(download)).byteLength).toBeLessThan(largeBytes);
    await expectFilesClosed(directory);
  });

  it('is not served again once a byte of it has changed on the disk', async () => {
    const { server, address, directory, weights } = await startWithLargeModel();
    await writeModel(directory, 100);
    const sound = await server.get(`${address}/weights.bin`);
    expect((await sound.arrayBuffer()).byteLength).toBe(100);
    writeFileSync(join(directory, 'weights.bin'), Buffer.alloc(100));
    const before = Buffer.from(await (await server.get(`${address}/weights.bin`)).arrayBuffer());
    expect(before.equals(weights)).toBe(true);
  });
});
