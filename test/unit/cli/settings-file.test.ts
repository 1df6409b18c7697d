// Files of settings: what is read, and how mistakes are named.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addSchemaFlags, normalizeFlags } from '../../../src/cli/flags/schema-flags.ts';
import { readGivenJob, type GivenJob } from '../../../src/cli/settings/given-job.ts';
import { readSettingsFile } from '../../../src/cli/settings/read-settings-file.ts';
import { InvalidJobError } from '../../../src/shared/job/resolve-job-spec.ts';
import { jobRequestSchema } from '../../../src/shared/job/job-spec.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

function write(text: string | Uint8Array): string {
  const path = join(createTemporaryDirectory(), 'job.yaml');
  writeFileSync(path, text);
  return path;
}

/** The message, with the name of the file alone. */
async function refuse(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(/\S*\/(?=job\.yaml)/g, '') : String(error);
  }
  return 'no error';
}

async function give(text: string, ...args: readonly string[]): Promise<GivenJob> {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => null });
  addSchemaFlags(command, jobRequestSchema, ['environment']);
  command.parse(normalizeFlags(args, command.options), { from: 'user' });
  return readGivenJob(command, await readSettingsFile(write(text)), { environment: 'CartPole-v1' });
}

describe('a file of settings', () => {
  it('is YAML or JSON, with comments, with tabs, with a mark of its encoding', async () => {
    const fields = { environment: 'CartPole-v1', stop: { maxSteps: 1e5, targetReward: null } };
    for (const text of [
      'environment: CartPole-v1 # the pole\nstop:\n  maxSteps: 1e5\n  targetReward: null\n',
      JSON.stringify(fields),
      JSON.stringify(fields, null, '\t'),
      `\ufeff${JSON.stringify(fields, null, 2)}`,
      '---\nenvironment: "CartPole-v1"\nstop: {maxSteps: 100000, targetReward: ~}\n',
    ])
      expect((await readSettingsFile(write(text))).fields).toEqual(fields);
  });

  it.each([
    ['', /^job\.yaml is empty: it needs the fields of a job/],
    ['- 1\n', /^job\.yaml has no fields: /],
    ['just words\n', /^job\.yaml has no fields: /],
    ['stop:\n  maxSteps: [1\n', /^job\.yaml:3: not YAML or JSON: Flow sequence /],
    ['a: 1\na: 2\n', /^job\.yaml:2: not YAML or JSON: Map keys must be unique$/],
    ['a: *b\n', /^job\.yaml: not YAML or JSON: Unresolved alias/],
    ['a: 1\n---\nb: 2\n', /^job\.yaml:2: not YAML or JSON: .*multiple documents/],
    ['['.repeat(20_000), /^job\.yaml:1: not YAML or JSON: /],
    [new Uint8Array(1_048_577), /^job\.yaml is larger than 1 MiB: not a file of settings$/],
  ])('is refused where it is none: %#', async (text, message) => {
    expect(await refuse(() => readSettingsFile(write(text)))).toMatch(message);
  });

  it('that multiplies itself by aliases is refused', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const before = level === 0 ? '1' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array.from({ length: 9 }, () => before).join(', ')}]`;
    });
    expect(await refuse(() => readSettingsFile(write(levels.join('\n'))))).toMatch(/Excessive alias count/);
  });

  it('that is not there is named', async () => {
    expect(await refuse(() => readSettingsFile('/nowhere/job.yaml'))).toMatch(
      /^cannot read job\.yaml: ENOENT: no such file/,
    );
  });
});

describe('a job from a file and flags', () => {
  it('has the fields of both', async () => {
    const { request } = await give(
      'workers: 2\nstop: {maxSteps: 5}\n',
      '--stop.max-seconds',
      '6',
      '--seed',
      '1',
    );
    expect(request).toEqual({
      environment: 'CartPole-v1',
      workers: 2,
      seed: 1,
      stop: { maxSteps: 5, maxSeconds: 6 },
    });
  });

  it('names every mistake where it was written', async () => {
    const text =
      'workers: 2\nnetwork:\n  layers:\n    - type: dense\n      units: 8\n    - {type: dens}\nlr: 1\n';
    expect((await refuse(() => give(text))).split('\n')).toEqual([
      expect.stringMatching(/^job\.yaml:6: network\.layers\.1\.type: .*; did you mean dense\?$/),
      '       job.yaml:7: lr: unknown field; did you mean optimizer.learningRate?',
    ]);
    expect(await refuse(() => give('workers: 2\n', '--discount', '2'))).toMatch(/^--discount: Too big/);
    // A flag does not hide that the file is wrong.
    expect(await refuse(() => give('workers: 0\n', '--workers', '2'))).toMatch(
      /^job\.yaml:1: workers: Too small/,
    );
  });

  it('names contradictions that are found later by the flag, or the line', async () => {
    const job = await give('stop:\n  maxSteps: 5\nworkers: 2\n', '--discount', '0.5');
    const issues = ['stop.maxSteps', 'discount', 'environment', 'gaeLambda'].map((path) => ({
      path,
      message: 'no',
    }));
    const fail = () => {
      throw new InvalidJobError(issues);
    };
    expect((await refuse(() => job.report(fail))).split('\n').map((line) => line.trim())).toEqual([
      'job.yaml:2: stop.maxSteps: no',
      '--discount: no',
      'environment: no',
      '--gae-lambda: no',
    ]);
  });
});
