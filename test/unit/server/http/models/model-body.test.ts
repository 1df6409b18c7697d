import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FileDigests } from '../../../../../src/server/http/models/file-digests.ts';
import {
  createArchiveBody,
  createFileBody,
  readBody,
} from '../../../../../src/server/http/models/model-body.ts';
import { openModel } from '../../../../../src/server/http/models/open-model.ts';
import { chunkBytes } from '../../../../../src/server/http/models/read-chunks.ts';
import { writeArtifact } from '../../../../../src/shared/artifacts/write-artifact.ts';
import { createTemporaryDirectory } from '../../../../fixtures/temporary-store.ts';

const chunks = 8;
const weights = randomBytes(chunks * chunkBytes - 1);

async function writeExample(): Promise<string> {
  const directory = join(createTemporaryDirectory(), 'best');
  const files = new Map([
    ['weights.bin', weights],
    ['empty.bin', Buffer.alloc(0)],
  ]);
  await writeArtifact({ directory, files });
  return directory;
}

async function openExample(directory: string, digests = new FileDigests()) {
  const model = await openModel(directory, digests, null);
  onTestFinished(() => model.close());
  const file = model.files.get('weights.bin');
  if (file === undefined || file.content instanceof Uint8Array) throw new Error('there are no large weights');
  return { model, file, handle: file.content };
}

describe('the body of a model file', () => {
  it('is tagged with the SHA-256 of the file', async () => {
    const { model } = await openExample(await writeExample());
    const digest = createHash('sha256').update(weights).digest('base64url');
    expect(createFileBody(model, 'weights.bin')).toMatchObject({
      etag: `"${digest}"`,
      bytes: weights.length,
    });
    expect(createFileBody(model, 'other.bin')).toBeNull();
  });

  it('is read a piece at a time, when the piece is asked for, and the event loop turns in between', async () => {
    const { model, handle } = await openExample(await writeExample());
    const body = createFileBody(model, 'weights.bin');
    if (body === null) throw new Error('there are no weights');
    const read = vi.spyOn(handle, 'read');
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const pieces: Uint8Array[] = [];
    for await (const piece of readBody(body)) {
      pieces.push(piece);
      expect(read).toHaveBeenCalledTimes(pieces.length);
      expect(turns).toBeGreaterThanOrEqual(pieces.length);
      turns = pieces.length;
    }
    clearImmediate(next);
    expect(pieces).toHaveLength(chunks);
    expect(Buffer.concat(pieces).equals(weights)).toBe(true);
  });
});

describe('the archive of a model', () => {
  it('has the announced size, and every file with the manifest as it is on the disk', async () => {
    const { model } = await openExample(await writeExample());
    const body = createArchiveBody(model);
    const pieces: Uint8Array[] = [];
    for await (const piece of readBody(body)) pieces.push(piece);
    const archive = Buffer.concat(pieces);
    expect(archive.byteLength).toBe(body.bytes);
    const files = unzipSync(archive);
    expect(Object.keys(files)).toEqual(['weights.bin', 'empty.bin', 'manifest.json']);
    expect(Buffer.from(files['weights.bin'] ?? []).equals(weights)).toBe(true);
    expect(Buffer.from(files['manifest.json'] ?? []).equals(model.manifestBytes)).toBe(true);
  });

  it('gives unpackers that read it in order the sums and sizes with each file', async () => {
    const { model, file } = await openExample(await writeExample());
    const content = createArchiveBody(model).parts[0]?.content;
    if (!(content instanceof Uint8Array)) throw new Error('the archive does not begin with a header');
    const header = Buffer.from(content);
    expect(header.readUInt32LE(14)).toBe(file.crc32);
    expect([header.readUInt32LE(18), header.readUInt32LE(22)]).toEqual([weights.length, weights.length]);
  });

  it('has a tag of its own for each version', async () => {
    const directory = await writeExample();
    const first = createArchiveBody((await openExample(directory)).model).etag;
    expect(createArchiveBody((await openExample(directory)).model).etag).toBe(first);
    await writeArtifact({ directory, files: new Map([['weights.bin', Buffer.alloc(weights.length)]]) });
    expect(createArchiveBody((await openExample(directory)).model).etag).not.toBe(first);
  });
});

describe('the sums of a file', () => {
  it('are computed once for all who ask, and again when the file has changed', async () => {
    const directory = await writeExample();
    const digests = new FileDigests();
    const handles = await Promise.all([openExample(directory), openExample(directory)]);
    const reads = handles.map(({ handle }) => vi.spyOn(handle, 'read'));
    const countReads = () => reads.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    const [first, second] = await Promise.all(handles.map(({ handle }) => digests.read(handle)));
    expect(first?.sha256).toBe(createHash('sha256').update(weights).digest('hex'));
    expect(second).toEqual(first);
    expect(countReads()).toBe(chunks);
    await writeFile(join(directory, 'weights.bin'), Buffer.alloc(weights.length));
    const changed = await digests.read(handles[0].handle);
    expect(changed).not.toEqual(first);
    expect(countReads()).toBe(2 * chunks);
  });

  it('are computed anew where reading failed', async () => {
    const { file, handle } = await openExample(await writeExample());
    const digests = new FileDigests();
    vi.spyOn(handle, 'read').mockRejectedValueOnce(new Error('EIO'));
    await expect(digests.read(handle)).rejects.toThrow('EIO');
    expect((await digests.read(handle)).sha256).toBe(file.sha256);
  });
});
