// Output of environments stays separate from the output of the command.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../fixtures/command-line.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const printing = join(import.meta.dirname, '../../fixtures/environments/printing/prints.ts');
const ownTypes = new Set(['started', 'progress', 'evaluation', 'model', 'finished']);

function readType(line: string): unknown {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : null;
}

describe('an environment that prints', () => {
  it('leaves the JSON lines of a training alone, and its own lines are whole', async () => {
    const directory = createTemporaryDirectory();
    const places = ['--workers', '2', '--environments-per-worker', '1', '--evaluation.episodes', '1'];
    const limits = [...places, '--stop.max-steps', '4000'];
    const { code, stdout, stderr } = await runCommand(['train', printing, '--json', ...limits], {
      directory,
    });
    expect(code).toBe(0);
    const types = stdout.trimEnd().split('\n').map(readType);
    expect(types.filter((type) => typeof type !== 'string' || !ownTypes.has(type))).toEqual([]);
    expect([types[0], types.at(-1)]).toEqual(['started', 'finished']);
    expect(new Set(stderr.trimEnd().split('\n'))).toEqual(
      new Set(['printed by the module', '{"type":"printed"}', 'printed in two parts', 'printed as an error']),
    );
  });

  it('is heard while it trains, though its thread never rests', async () => {
    const directory = createTemporaryDirectory();
    // No evaluation: that of another thread would print too.
    const lonely = ['--workers', '1', '--stop.max-steps', '1e9', '--evaluation.every-steps', '1e9'];
    const outcome = await runCommand(['train', printing, ...lonely], {
      directory,
      interruptAt: 'printed in two parts\n',
    });
    expect(outcome.code).toBe(130);
  });

  it('leaves the presets that a search prints alone', async () => {
    const directory = createTemporaryDirectory();
    const small = ['--trials', '2', '--seeds', '1', '--max-steps', '500', '--algorithm', 'a2c'];
    const { stdout } = await runCommand(['tune', printing, ...small], { directory });
    expect(JSON.parse(stdout)).toMatchObject({ environment: 'Prints-v0' });
  });

  it('leaves the line of an evaluation alone', async () => {
    const directory = createTemporaryDirectory();
    const training = ['train', printing, '--workers', '1', '--stop.max-steps', '500'];
    await runCommand(training, { directory });
    const evaluation = ['evaluate', 'a3c-model', '--episodes', '2', '--environments', printing];
    const { stdout } = await runCommand(evaluation, { directory });
    expect(stdout).toMatch(/^Prints-v0, 2 greedy episodes.*\n$/);
  });
});
