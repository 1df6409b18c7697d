import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const script = `
  import { readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  const group = () => readFileSync('/proc/self/autogroup', 'utf8').replace(/.*nice /, '').trim();
  const before = group();
  (await import(process.argv[1])).lowerPriority();
  console.log(JSON.stringify({ priority: getPriority(), isGroupChanged: group() !== before }));
`;

/** What a process says of itself after it has lowered its priority. */
async function lowerIn({ detached }: { readonly detached: boolean }): Promise<unknown> {
  const module = join(import.meta.dirname, '../../../src/master/lower-priority.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script, module],
    { detached, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(await text(child.stdout));
}

describe.skipIf(!existsSync('/proc/self/autogroup'))('lowering the priority', () => {
  it('lowers that of a session which the process began', async () => {
    expect(await lowerIn({ detached: true })).toEqual({ priority: 19, isGroupChanged: true });
  });

  it('leaves the session of others alone', async () => {
    expect(await lowerIn({ detached: false })).toEqual({ priority: 19, isGroupChanged: false });
  });
});
