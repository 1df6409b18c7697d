import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')));

describe('package.json', () => {
  it('has no script that npm runs, or warns of, where the package is installed from its tarball', () => {
    const installing = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(scripts).filter((name) => installing.includes(name))).toEqual([]);
  });

  it('builds after npm ci and before npm pack', () => {
    expect([scripts.postprepare, scripts.prepack]).toEqual(['npm run build', 'npm run build']);
  });
});
