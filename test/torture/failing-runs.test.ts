// Runs whose workers all fail at once, hundreds of times side by side: each ends, whatever its threads were about to do.
// With piscina's Atomics, one in 260 did not.
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openNodeMachine } from '../../src/master/node-machine.ts';
import { TrainingRun } from '../../src/master/training-run.ts';
import { builtInEnvironments } from '../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../src/shared/environments/registry.ts';
import { resolveJobSpec } from '../../src/shared/job/resolve-job-spec.ts';

const sideBySide = 6;
const rounds = 250;
const deadlineMs = 60_000;

const definition = new EnvironmentRegistry(builtInEnvironments).get('Identity-v0');
const spec = resolveJobSpec({ environment: 'Identity-v0' }, definition, () => 1);

async function failOnce(): Promise<string> {
  const run = TrainingRun.start({
    // The threads look this up themselves and do not find it.
    spec: { ...spec, environment: 'Missing-v0' },
    definition,
    artifacts: null,
    machine: openNodeMachine(),
    logger: pino({ level: 'silent' }),
    listener: {},
  });
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve('hangs');
    }, deadlineMs);
  });
  const failure = run.finished.then(
    () => 'succeeds',
    (error: unknown) => String(error),
  );
  const end = await Promise.race([failure, hanging]);
  clearTimeout(timer);
  return end;
}

it('ends every run that fails', { timeout: 30 * 60_000 }, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const ends = await Promise.all(Array.from({ length: sideBySide }, failOnce));
    for (const end of ends) expect(end).toMatch(/Missing-v0/);
  }
});
