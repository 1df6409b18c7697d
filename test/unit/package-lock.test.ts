// Parts of the lock file that npm does not keep by itself but a fresh clone needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      gypfile: z.boolean().optional(),
      resolved: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
const { packages } = lockSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')),
);

describe('package-lock.json', () => {
  it('keeps npm 10 from compiling better-sqlite3, which brings its binaries', () => {
    // npm 10 reads this from the lock alone and drops it on every rewrite; put `"gypfile": false` back then.
    expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
  });

  it('names no registry', () => {
    const addressed = Object.values(packages).filter(({ resolved }) => resolved?.startsWith('http'));
    expect(addressed).toEqual([]);
  });

  it('leaves the optional tfjs-node out', () => {
    expect(Object.keys(packages).filter((path) => path.includes('tfjs-node'))).toEqual([]);
  });

  it('holds every optional dependency of every platform, without which npm ci refuses it', () => {
    const installed = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const missing = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies).filter((name) => !installed.has(name)),
    );
    expect(missing).toEqual([]);
  });
});
