// Fuzz test of damaged artifacts: the reader returns the newest intact version and reports the damage of newer ones,
// or refuses. It never returns anything that was not written.
import { constants } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artifactManifestSchema } from '../../../src/shared/artifacts/artifact-manifest.ts';
import { CorruptArtifactError } from '../../../src/shared/artifacts/corrupt-artifact-error.ts';
import { readArtifact } from '../../../src/shared/artifacts/read-artifact.ts';
import { writeArtifact } from '../../../src/shared/artifacts/write-artifact.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { hostileJsonText, hostileValue } from '../generators/hostile-json.ts';
import { applyMutation, byteDamage, damageBytes, mutation } from '../generators/mutation.ts';
import { countRuns } from '../runs.ts';

const versionNames = ['best', 'best.previous', 'best.previous-2'];
const fileNames = ['manifest.json', 'model.json', 'weights.bin'];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const filesOf = (number: number): Map<string, Uint8Array> =>
  new Map([
    ['model.json', encode(JSON.stringify({ number }))],
    ['weights.bin', new Uint8Array(300).fill(number)],
  ]);

const damage = fc.oneof(
  fc.record({ type: fc.constant('bytes' as const), file: fc.constantFrom(...fileNames), how: byteDamage }),
  fc.record({ type: fc.constant('remove' as const), file: fc.constantFrom(...fileNames) }),
  fc.record({ type: fc.constant('directory' as const), file: fc.constantFrom(...fileNames) }),
  fc.record({ type: fc.constant('link' as const), file: fc.constantFrom(...fileNames) }),
  fc.record({ type: fc.constant('swap' as const), file: fc.constantFrom(...fileNames) }),
  fc.record({ type: fc.constant('manifest' as const), text: hostileJsonText }),
  fc.record({ type: fc.constant('manifest-field' as const), change: mutation }),
  fc.record({ type: fc.constant('stray' as const), value: hostileValue }),
);
type Damage = typeof damage extends fc.Arbitrary<infer Kind> ? Kind : never;

/** The second damage meets the link that the first one made. */
const damagesThroughLinks: [string, Damage][][] = [
  [
    ['best', { type: 'link', file: 'weights.bin' }],
    ['best', { type: 'bytes', file: 'weights.bin', how: { kind: 'empty', at: 0, length: 1 } }],
  ],
  [
    ['best', { type: 'link', file: 'manifest.json' }],
    ['best', { type: 'manifest-field', change: { at: 0, kind: 'add', key: 'a', value: 1 } }],
  ],
];

/** A file that an earlier damage has not made a link: what the links lead to has no end. */
const readUnlinked = (path: string): Promise<Buffer> =>
  readFile(path, { flag: constants.O_RDONLY | constants.O_NOFOLLOW });

async function damageVersion(directory: string, kind: Damage): Promise<void> {
  switch (kind.type) {
    case 'bytes': {
      const path = join(directory, kind.file);
      await writeFile(path, damageBytes(await readUnlinked(path), kind.how));
      return;
    }
    case 'remove':
      await rm(join(directory, kind.file));
      return;
    case 'directory':
      await rm(join(directory, kind.file));
      await mkdir(join(directory, kind.file));
      return;
    case 'link':
      await rm(join(directory, kind.file));
      await symlink('/dev/zero', join(directory, kind.file));
      return;
    case 'swap':
      await rename(join(directory, kind.file), join(directory, 'aside'));
      await rename(join(directory, 'model.json'), join(directory, kind.file)).catch(() => undefined);
      await rename(join(directory, 'aside'), join(directory, 'model.json'));
      return;
    case 'manifest':
      await writeFile(join(directory, 'manifest.json'), kind.text);
      return;
    case 'manifest-field': {
      const path = join(directory, 'manifest.json');
      const changed = applyMutation(JSON.parse((await readUnlinked(path)).toString()), kind.change);
      await writeFile(path, JSON.stringify(changed));
      return;
    }
    case 'stray':
      await writeFile(join(directory, 'stray.json'), JSON.stringify(kind.value));
  }
}

describe('a damaged artifact', () => {
  it('returns an intact version and reports the damaged newer ones, or is refused', async () => {
    const parent = createTemporaryDirectory();
    const directory = join(parent, 'best');
    const sound = createTemporaryDirectory();
    for (const number of [1, 2, 3])
      await writeArtifact({ directory: join(sound, 'best'), files: filesOf(number), keep: 3 });
    const damages = fc.array(fc.tuple(fc.constantFrom(...versionNames), damage), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(damages, async (chosen) => {
        for (const name of await readdir(parent)) await rm(join(parent, name), { recursive: true });
        // Copied: each write would wait for the disk several times.
        await cp(sound, parent, { recursive: true });
        const touched = new Set(chosen.map(([name]) => name));
        // A version may be damaged so that the next damage finds nothing to damage.
        for (const [name, kind] of chosen)
          await damageVersion(join(parent, name), kind).catch(() => undefined);
        const outcome = await readArtifact(directory).catch((error: unknown) => error);
        if (outcome instanceof CorruptArtifactError) {
          expect(touched.size).toBe(3);
          expect(outcome.message).not.toContain(parent);
          return;
        }
        if (!(typeof outcome === 'object' && outcome !== null && 'files' in outcome && 'damages' in outcome))
          throw new Error(`neither a version nor a refusal: ${String(outcome)}`);
        const { files, damages: reports } = outcome;
        const reportCount = Array.isArray(reports) ? reports.length : -1;
        const number = 3 - reportCount;
        // Changes that do not reach the files, as of the metadata, are none that the reader could know.
        if (files instanceof Map)
          for (const [name, bytes] of files) expect(bytes).toEqual(filesOf(number).get(String(name)));
        expect(JSON.stringify(reports)).not.toContain(parent);
        // What was not touched is never passed over.
        for (const name of versionNames.slice(0, reportCount)) expect(touched).toContain(name);
      }),
      // Each copies and removes some twenty files, which takes long where others wait for the same disk.
      { numRuns: countRuns(40), examples: damagesThroughLinks.map((chosen) => [chosen]) },
    );
  });
});

describe('the manifest schema', () => {
  it('takes or refuses any value, and never a name that leads out of the directory', () => {
    const manifest = {
      version: 1,
      createdAt: new Date(0).toISOString(),
      files: { 'weights.bin': { bytes: 1, sha256: '0'.repeat(64) } },
      metadata: {},
    };
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 3 }), (changes) => {
        const parsed = artifactManifestSchema.safeParse(changes.reduce<unknown>(applyMutation, manifest));
        for (const name of Object.keys(parsed.data?.files ?? {})) expect(name).toMatch(/^\w[\w.-]*$/);
      }),
      { numRuns: countRuns(1000) },
    );
  });
});
