import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorruptArtifactError } from '../../../../src/shared/artifacts/corrupt-artifact-error.ts';
import { readArtifact } from '../../../../src/shared/artifacts/read-artifact.ts';
import { writeArtifact } from '../../../../src/shared/artifacts/write-artifact.ts';

let parent = '';
let directory = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'artifact-'));
  directory = join(parent, 'best');
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** Two files that belong together: both say which write they come from. */
function filesOf(write: number): Map<string, Uint8Array> {
  return new Map([
    ['weights.bin', new Uint8Array(4096).fill(write)],
    ['model.json', Buffer.from(JSON.stringify({ write }))],
  ]);
}
const write = (number: number) =>
  writeArtifact({ directory, files: filesOf(number), metadata: { write: number } });

/** Which write the reader sees, or null for none. */
async function readWrite(): Promise<number | null> {
  const artifact = await readArtifact(directory);
  if (artifact === null) return null;
  const number = artifact.files.get('weights.bin')?.[0];
  expect(artifact.files).toEqual(
    new Map([...filesOf(number ?? -1)].map(([name, bytes]) => [name, new Uint8Array(bytes)])),
  );
  expect(artifact.manifest.metadata).toEqual({ write: number });
  return number ?? null;
}

describe('an artifact', () => {
  it('is null before the first write', async () => {
    expect(await readArtifact(directory)).toBeNull();
  });

  it('gives back what was written, newest version first, and leaves no temporary names', async () => {
    await write(1);
    expect(await readWrite()).toBe(1);
    await write(2);
    await write(3);
    expect(await readWrite()).toBe(3);
    expect(await readdir(parent)).toEqual(['best', 'best.previous']);
    expect(await readdir(directory)).toEqual(['manifest.json', 'model.json', 'weights.bin']);
  });

  it('refuses names that lead out of the directory', async () => {
    for (const name of ['../weights.bin', 'a/b', '', 'manifest.json', '..']) {
      await expect(
        writeArtifact({ directory, files: new Map([[name, new Uint8Array(1)]]) }),
      ).rejects.toThrow();
    }
    expect(await readdir(parent)).toEqual([]);
  });
});

const damages: readonly (readonly [string, () => Promise<void>])[] = [
  ['a truncated file', async () => writeFile(join(directory, 'weights.bin'), new Uint8Array(4095).fill(2))],
  [
    'a flipped bit',
    async () => writeFile(join(directory, 'weights.bin'), new Uint8Array(4096).fill(2).fill(3, 100, 101)),
  ],
  ['a missing file', async () => rm(join(directory, 'model.json'))],
  ['a missing manifest', async () => rm(join(directory, 'manifest.json'))],
  ['half a manifest', async () => writeFile(join(directory, 'manifest.json'), '{"version": 1, "crea')],
  ['a manifest of another format', async () => writeFile(join(directory, 'manifest.json'), '{"version": 2}')],
];

describe.each(damages)('with %s', (_name, damage) => {
  it('throws when there is no other version', async () => {
    await write(2);
    await damage();
    await expect(readArtifact(directory)).rejects.toThrow(CorruptArtifactError);
  });

  it('falls back to the previous version', async () => {
    await write(1);
    await write(2);
    await damage();
    expect(await readWrite()).toBe(1);
  });

  it('keeps the sound previous version when it is replaced', async () => {
    await write(1);
    await write(2);
    await damage();
    await write(3);
    expect(await readWrite()).toBe(3);
    await rm(directory, { recursive: true });
    expect(await readWrite()).toBe(1);
  });
});

describe('after a crash', () => {
  it('between the two renames, the previous version is read and the next write succeeds', async () => {
    await write(1);
    await rename(directory, `${directory}.previous`);
    await mkdir(join(parent, 'best.writing-crashed'));
    expect(await readWrite()).toBe(1);
    await write(2);
    expect(await readWrite()).toBe(2);
    expect(await readdir(parent)).toEqual(['best', 'best.previous']);
  });

  it('in the middle of writing, the leftovers are ignored and cleaned up', async () => {
    await write(1);
    await mkdir(join(parent, 'best.writing-crashed'));
    await writeFile(join(parent, 'best.writing-crashed', 'weights.bin'), 'half');
    expect(await readWrite()).toBe(1);
    await write(2);
    expect(await readdir(parent)).toEqual(['best', 'best.previous']);
  });

  it('while the previous version was being removed, the current one is read', async () => {
    await write(1);
    await write(2);
    await rm(join(`${directory}.previous`, 'manifest.json'));
    expect(await readWrite()).toBe(2);
    expect(await readFile(join(directory, 'model.json'), 'utf8')).toBe('{"write":2}');
  });
});

describe('a concurrent reader', () => {
  it('sees a whole version, never an older one than the last but one, during 200 replaces', async () => {
    await write(0);
    const progress = { written: 0, isDone: false };
    const writing = (async () => {
      for (let number = 1; number <= 200; number += 1) {
        await write(number);
        progress.written = number;
      }
      progress.isDone = true;
    })();
    let reads = 0;
    while (!progress.isDone) {
      const before = progress.written;
      expect(await readWrite()).toBeGreaterThanOrEqual(before - 1);
      reads += 1;
    }
    await writing;
    expect(reads).toBeGreaterThan(20);
    expect(await readWrite()).toBe(200);
  });
});
