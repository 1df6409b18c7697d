// What the entries of threads load: each thread has its own copy, and a validation library is more than all the rest.
import { execFileSync } from 'node:child_process';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const script = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    resolve: (specifier, context, next) => {
      if (/^[a-z@]/.test(specifier) && !/^(node|file|data):/.test(specifier)) packages.add(specifier);
      return next(specifier, context);
    },
  });
  await import(process.argv[1]);
  console.log(JSON.stringify([...packages]));
`;

function listPackages(entry: string): unknown {
  const path = join(import.meta.dirname, '../../../src', entry);
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module'];
  return JSON.parse(execFileSync(process.execPath, [...flags, '--eval', script, path], { encoding: 'utf8' }));
}

describe('the entry of a thread', () => {
  it.each(['worker/main.ts', 'master/evaluation/evaluation-task.ts'])('%s loads no packages', (entry) => {
    expect(listPackages(entry)).toEqual([]);
  });

  it.each(['master/main.ts', 'server/serve-until-stopped.ts'])('%s does not load TensorFlow.js', (entry) => {
    const packages = z.array(z.string()).parse(listPackages(entry));
    expect(packages).toContain('pino');
    expect(packages.filter((name) => name.startsWith('@tensorflow'))).toEqual([]);
  });

  it('TensorFlow.js brings no other packages into a thread', () => {
    const packages = z.array(z.string()).parse(listPackages('shared/engines/tfjs/open-tfjs-engine.ts'));
    const own = /^(@tensorflow\/|long$|seedrandom$)/;
    const foreign = packages.filter((name) => !own.test(name) && !isBuiltin(name));
    expect(packages.some((name) => name.startsWith('@tensorflow/'))).toBe(true);
    expect(foreign).toEqual([]);
  });

  it('would be seen to load some', () => {
    expect(listPackages('master/main.ts')).toContain('zod');
  });
});
