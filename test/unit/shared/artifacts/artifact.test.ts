import { execFileSync } from 'node:child_process';
import { createHash, Hash, randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CorruptArtifactError } from '../../../../src/shared/artifacts/corrupt-artifact-error.ts';
import { ArtifactUnreadableError } from '../../../../src/shared/artifacts/plain-file.ts';
import { readArtifact } from '../../../../src/shared/artifacts/read-artifact.ts';
import { writeArtifact } from '../../../../src/shared/artifacts/write-artifact.ts';
import { countTurns } from '../../../fixtures/count-turns.ts';

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
const write = (number: number, keep = 2) =>
  writeArtifact({ directory, files: filesOf(number), metadata: { write: number }, keep });
/** The damage that the reader tells of. */
const readDamages = async () => (await readArtifact(directory))?.damages;

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

describe('a large artifact', () => {
  it('is hashed in pieces, so that others have their turn meanwhile', async () => {
    const weights = randomBytes(8 * 2 ** 20 + 3);
    const sha256 = createHash('sha256').update(weights).digest('hex');
    const update = vi.spyOn(Hash.prototype, 'update');
    const listPieces = () => update.mock.calls.map(([piece]) => piece.length);
    const turns = await countTurns(async () => {
      await writeArtifact({ directory, files: new Map([['weights.bin', weights]]) });
      const read = await readArtifact(directory);
      expect(read?.manifest.files['weights.bin']).toEqual({ bytes: weights.length, sha256 });
      expect(Buffer.compare(read?.files.get('weights.bin') ?? new Uint8Array(), weights)).toBe(0);
    });
    expect(listPieces().reduce((sum, bytes) => sum + bytes, 0)).toBe(2 * weights.length);
    expect(Math.max(...listPieces())).toBeLessThanOrEqual(2 ** 20);
    expect(turns).toBeGreaterThan(listPieces().length);
    update.mockRestore();
  });
});

describe('an artifact', () => {
  it('is null before the first write', async () => {
    expect(await readArtifact(directory)).toBeNull();
  });

  it('returns what was written, newest version first, and leaves no temporary names', async () => {
    await write(1);
    expect(await readWrite()).toBe(1);
    await write(2);
    await write(3);
    expect(await readWrite()).toBe(3);
    expect(await readdir(parent)).toEqual(['best', 'best.previous']);
    expect(await readdir(directory)).toEqual(['manifest.json', 'model.json', 'weights.bin']);
  });

  it.each([
    [0o022, 0o755, 0o644],
    [0o002, 0o775, 0o664],
    [0o077, 0o700, 0o600],
  ])('has the rights that a umask of %i leaves', async (mask, directoryRights, fileRights) => {
    const before = process.umask(mask);
    await write(1).finally(() => process.umask(before));
    const readRights = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await readRights(directory)).toBe(directoryRights);
    for (const name of ['manifest.json', 'weights.bin']) {
      expect(await readRights(join(directory, name))).toBe(fileRights);
    }
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

/** Puts something else in the place of a file. */
async function replace(name: string, make: (path: string) => Promise<unknown>): Promise<void> {
  const path = join(directory, name);
  await rm(path, { recursive: true });
  await make(path);
}

interface Damage {
  readonly what: string;
  readonly damage: () => Promise<unknown>;
  readonly report: RegExp;
}
const damages: readonly Damage[] = [
  {
    what: 'a truncated file',
    damage: () => writeFile(join(directory, 'weights.bin'), new Uint8Array(4095).fill(2)),
    report: /^weights\.bin has 4095 bytes instead of 4096$/,
  },
  {
    what: 'a flipped bit',
    damage: () => writeFile(join(directory, 'weights.bin'), new Uint8Array(4096).fill(2).fill(3, 100, 101)),
    report: /^weights\.bin does not match its checksum$/,
  },
  {
    what: 'a missing file',
    damage: () => rm(join(directory, 'model.json')),
    report: /^model\.json is missing$/,
  },
  {
    what: 'a missing manifest',
    damage: () => rm(join(directory, 'manifest.json')),
    report: /^manifest\.json is missing$/,
  },
  {
    what: 'half a manifest',
    damage: () => writeFile(join(directory, 'manifest.json'), '{"version": 1, "crea'),
    report: /^manifest\.json is not JSON$/,
  },
  {
    what: 'a manifest of another format',
    damage: () => writeFile(join(directory, 'manifest.json'), '{"version": 2}'),
    report: /^manifest\.json has an unknown format: /,
  },
  {
    what: 'a file that is not UTF-8 for a manifest',
    damage: () => writeFile(join(directory, 'manifest.json'), new Uint8Array([0xff, 0xfe])),
    report: /^manifest\.json is not JSON$/,
  },
  {
    what: 'terabytes for a manifest',
    damage: () => truncate(join(directory, 'manifest.json'), 2 ** 42),
    report: /^manifest\.json has more than/,
  },
  {
    what: 'terabytes for a file',
    damage: () => truncate(join(directory, 'weights.bin'), 2 ** 42),
    report: /^weights\.bin has 4398046511104 bytes/,
  },
  {
    what: 'a pipe, whose end never comes',
    damage: () => replace('weights.bin', async (path) => execFileSync('mkfifo', [path])),
    report: /^weights\.bin is not a plain file$/,
  },
  {
    what: 'a link out of the directory',
    damage: () => replace('weights.bin', (path) => symlink('/dev/zero', path)),
    report: /^weights\.bin is not a plain file$/,
  },
  {
    what: 'a directory for a file',
    damage: () => replace('weights.bin', (path) => mkdir(path)),
    report: /^weights\.bin is not a plain file$/,
  },
  {
    what: 'a file for the directory',
    damage: () => replace('.', (path) => writeFile(resolve(path), '')),
    report: /^manifest\.json cannot be read: ENOTDIR$/,
  },
];

describe.each(damages)('with $what', ({ damage, report }) => {
  it('is reported without the path of the directory', async () => {
    await write(1);
    await write(2);
    expect(await readDamages()).toEqual([]);
    await damage();
    expect(await readDamages()).toEqual([expect.stringMatching(report)]);
    expect(await readDamages()).not.toEqual([expect.stringContaining(parent)]);
  });

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

describe('an artifact of more than two versions', () => {
  it('keeps the newest, in order, and removes the rest when fewer are to stay', async () => {
    for (const number of [1, 2, 3, 4, 5]) await write(number, 3);
    expect(await readdir(parent)).toEqual(['best', 'best.previous', 'best.previous-2']);
    for (const expected of [5, 4, 3]) {
      expect(await readWrite()).toBe(expected);
      await damageNewestOf(expected);
    }
    await expect(readArtifact(directory)).rejects.toThrow(CorruptArtifactError);
    for (const number of [6, 7, 8]) await write(number, 4);
    await write(9, 2);
    expect(await readdir(parent)).toEqual(['best', 'best.previous']);
    expect(await readWrite()).toBe(9);
  });

  it('reports each version that was skipped, newest first', async () => {
    for (const number of [1, 2, 3]) await write(number, 3);
    await rm(join(directory, 'manifest.json'));
    await writeFile(join(`${directory}.previous`, 'weights.bin'), '');
    expect(await readWrite()).toBe(1);
    expect(await readDamages()).toEqual([
      'manifest.json is missing',
      'weights.bin has 0 bytes instead of 4096',
    ]);
  });

  it('fills a gap that a crash has left before it removes anything', async () => {
    for (const number of [1, 2, 3]) await write(number, 3);
    await rm(`${directory}.previous`, { recursive: true });
    await write(4, 3);
    expect(await readWrite()).toBe(4);
    await damageNewestOf(4);
    expect(await readWrite()).toBe(3);
    await damageNewestOf(3);
    expect(await readWrite()).toBe(1);
  });
});

/** Damages whichever version holds that write. */
async function damageNewestOf(number: number): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name, 'weights.bin');
    if ((await readFile(path))[0] === number) await writeFile(path, '');
  }
}

describe('a write that fails', () => {
  it.each([
    // Longer than file systems take.
    { what: 'a file', name: 'x'.repeat(300), metadata: {}, error: /ENAMETOOLONG/ },
    { what: 'the manifest', name: 'notes.txt', metadata: { write: 3n }, error: /BigInt/ },
  ])('for $what leaves every version where it was', async ({ name, metadata, error }) => {
    await write(1);
    await write(2);
    const files = new Map([...filesOf(3), [name, new Uint8Array(1)]]);
    await expect(writeArtifact({ directory, files, metadata })).rejects.toThrow(error);
    expect(await readdir(parent)).toEqual(['best', 'best.previous']);
    expect(await readDamages()).toEqual([]);
    expect(await readWrite()).toBe(2);
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
      expect(await readDamages()).toEqual([]);
      reads += 1;
    }
    await writing;
    expect(reads).toBeGreaterThan(20);
    expect(await readWrite()).toBe(200);
  });
});

describe('an artifact that may not be read for now', () => {
  /** Runs `work` without the rights of root, which reads everything. */
  async function withoutRights<Result>(work: () => Promise<Result>): Promise<Result> {
    if (process.geteuid?.() !== 0) return await work();
    process.seteuid?.('nobody');
    try {
      return await work();
    } finally {
      process.seteuid?.(0);
    }
  }

  it.each(['manifest.json', '.'])('is neither missing nor damaged, nor pushed out: %s', async (name) => {
    // Anybody may write beside it: what keeps the writer away is what it cannot read.
    await chmod(parent, 0o777);
    await write(1);
    await write(2);
    await chmod(join(directory, name), 0o000);
    await withoutRights(async () => {
      await expect(readArtifact(directory)).rejects.toBeInstanceOf(ArtifactUnreadableError);
      await expect(write(3)).rejects.toBeInstanceOf(ArtifactUnreadableError);
    });
    await chmod(join(directory, name), 0o755);
    expect((await readArtifact(directory))?.manifest.metadata).toEqual({ write: 2 });
  });
});
