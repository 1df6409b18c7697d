// Fuzz test of writers that are killed at random moments: a reader finds a complete version, not older than the last
// acknowledged one, and no damage.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../../src/shared/artifacts/read-artifact.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { countRuns } from '../runs.ts';
import { readNumber } from './numbered-files.ts';

const counts = { kills: 0, writes: 0 };
afterAll(() => {
  process.stdout.write(`killed ${counts.kills} writers of artifacts after ${counts.writes} writes\n`);
});

const writer = join(import.meta.dirname, 'endless-writer.ts');

interface Writing {
  readonly directory: string;
  readonly first: number;
  readonly keep: number;
  /** How long it may write before it is killed. */
  readonly lifeMs: number;
}

/** Runs a writer until it is killed and returns the last write it acknowledged. */
async function runAndKill({ directory, first, keep, lifeMs }: Writing): Promise<number> {
  const child = spawn(process.execPath, ['--no-warnings', writer, directory, String(first), String(keep)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = first - 1;
  let timer: NodeJS.Timeout | undefined;
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    last = Number(line);
    // From its first write on: starting takes much longer than a write.
    timer ??= setTimeout(() => child.kill('SIGKILL'), lifeMs);
  });
  const [, signal] = await Promise.all([
    new Promise((resolve) => lines.once('close', resolve)),
    new Promise((resolve) => child.once('exit', (_code, reason) => resolve(reason))),
  ]);
  expect(signal).toBe('SIGKILL');
  return last;
}

describe('an artifact whose writer is killed', () => {
  it('is complete, and not older than the last acknowledged version', async () => {
    const directory = join(createTemporaryDirectory(), 'checkpoint');
    let newest = -1;
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 40, noNaN: true }),
        fc.integer({ min: 2, max: 5 }),
        async (lifeMs, keep) => {
          const acknowledged = await runAndKill({ directory, first: newest + 1, keep, lifeMs });
          counts.kills += 1;
          counts.writes += acknowledged - newest;
          const artifact = await readArtifact(directory);
          expect(artifact?.damages).toEqual([]);
          const found = readNumber(artifact?.files ?? new Map());
          expect(found).toBeGreaterThanOrEqual(acknowledged);
          // One more may have been on the disk already.
          expect(found).toBeLessThanOrEqual(acknowledged + 1);
          newest = found;
        },
      ),
      { numRuns: countRuns(12), endOnFailure: true },
    );
  });
});
