// Jobs from files: what a3c prints as settings trains as it is, and mistakes are named with their line.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { identity } from '../../../src/shared/environments/identity.ts';
import { jobRequestSchema } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { runCommand } from '../../fixtures/command-line.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const jobFileSchema = z.object({ spec: z.record(z.string(), z.unknown()) });

function readSpec(directory: string, name: string): Record<string, unknown> {
  return jobFileSchema.parse(JSON.parse(readFileSync(join(directory, name, 'job.json'), 'utf8'))).spec;
}

describe('a file of settings', () => {
  it('from a3c presets is a whole request, which trains as the environment does without it', async () => {
    const directory = createTemporaryDirectory();
    const presets = await runCommand(['presets', 'Identity-v0'], { directory });
    expect([presets.code, presets.stderr]).toEqual([0, '']);
    writeFileSync(join(directory, 'settings.json'), presets.stdout);
    const fromFile = ['train', '--config', 'settings.json', '--output', 'm', '--seed', '1'];
    const trained = await runCommand([...fromFile, '--stop.max-steps', '500'], { directory });
    expect([trained.code, trained.stderr]).toEqual([0, '']);
    const request = { environment: 'Identity-v0', seed: 1, stop: { maxSteps: 500 } };
    expect(readSpec(directory, 'm')).toEqual(resolveJobSpec(request, identity, () => 0));
  });

  it('from a3c tune trains with what was found', async () => {
    const directory = createTemporaryDirectory();
    const size = ['--trials', '2', '--seeds', '1', '--max-steps', '500', '--algorithm', 'a2c', '--seed', '1'];
    const tuned = await runCommand(['tune', 'Identity-v0', ...size], { directory });
    const trained = await runCommand(['train', '--config', '-', '--output', 'm', '--seed', '1'], {
      directory,
      input: tuned.stdout,
    });
    expect([trained.code, trained.stderr]).toEqual([0, '']);
    const { environment, algorithm, ...found } = jobRequestSchema.parse(JSON.parse(tuned.stdout));
    const spec = readSpec(directory, 'm');
    expect(spec).toMatchObject({ environment, algorithm, ...found });
  });

  it('starts a job of a server, whose own refusals are named with their line too', async () => {
    const directory = createTemporaryDirectory();
    const server = await startTestServer();
    const start = ['jobs', 'start', '--config', '-', '--json', '--url', server.url];
    const input = 'environment: CartPole-v1\nname: run\nworkers: 1\ndiscount: 0.9\n';
    const started = await runCommand([...start, '--discount', '0.95'], { directory, input });
    const [job] = z
      .tuple([z.object({ name: z.string(), spec: z.object({ discount: z.number() }) })])
      .parse(JSON.parse(started.stdout));
    expect(job).toMatchObject({ name: 'run', spec: { discount: 0.95 } });
    const gaussian = 'environment: CartPole-v1\npolicy:\n  type: gaussian\n';
    const refused = await runCommand(start, { directory, input: gaussian });
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(
      /^error: standard input:3: policy.type: CartPole-v1 has discrete actions; /,
    );
  });
});

describe('the API', () => {
  it('suggests fields and values too', async () => {
    const server = await startTestServer();
    const answer = await server.post('/jobs', { environment: 'CartPole-v1', algorithm: 'ppo2', n_envs: 8 });
    const { errors } = z
      .object({ errors: z.array(z.object({ path: z.string(), message: z.string() })) })
      .parse(await answer.json());
    expect(errors.map(({ path, message }) => `${path}: ${message.replace(/^.*; /, '')}`)).toEqual([
      'algorithm: did you mean ppo?',
      'n_envs: did you mean workers or environmentsPerWorker?',
    ]);
    const query = await server.get('/jobs?state=runing');
    expect(await query.text()).toContain('did you mean running?');
  });
});
