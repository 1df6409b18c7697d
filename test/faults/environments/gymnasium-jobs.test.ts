// Jobs with environments of Gymnasium, over HTTP and on the command line.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { A3CClient } from '../../../src/client.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { runCommand } from '../../fixtures/command-line.ts';
import { createTestPython, gymnasiumPython } from '../../fixtures/gymnasium-python.ts';
import { readPlayEvents } from '../../fixtures/play-stream.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
});

/** Posts a job that must be refused. */
async function refuse(server: TestServer, fields: object) {
  const response = await server.post('/jobs', fields);
  expect(response.status).toBe(422);
  return problemSchema.parse(await response.json());
}

const shortJob = {
  workers: 1,
  environmentsPerWorker: 2,
  seed: 1,
  stop: { maxSteps: 3_000, targetReward: null },
};

it('a server without Python refuses environments of Gymnasium, and names no path', async () => {
  const server = await startTestServer({ python: '/opt/nowhere/bin/python3.99' });
  const { code, detail, errors } = await refuse(server, { environment: 'gymnasium:CartPole-v1' });
  expect(code).toBe('PYTHON_MISSING');
  expect(detail).toContain(
    'python3.99 cannot be started (ENOENT); install it, or name an interpreter with --python',
  );
  expect(detail).not.toContain('/opt');
  expect(errors).toEqual([{ path: 'environment', message: detail }]);
});

describe.skipIf(gymnasiumPython === null)('a server', () => {
  it('refuses an environment whose packages are missing, with the line that installs them', async () => {
    const server = await startTestServer({ python: createTestPython() });
    const lander = await refuse(server, { environment: 'gymnasium:LunarLander-v3' });
    expect(lander.code).toBe('GYMNASIUM_MISSING');
    expect(lander.detail).toContain('install them: python -m pip install "gymnasium[box2d]"');
    // Without its packages.
    const bare = join(createTemporaryDirectory(), 'bare-python');
    writeFileSync(bare, `#!/bin/sh\nexec '${gymnasiumPython}' -S "$@"\n`);
    chmodSync(bare, 0o755);
    const other = await startTestServer({ python: bare });
    const { code, detail } = await refuse(other, { environment: 'gymnasium:CartPole-v1' });
    expect(code).toBe('GYMNASIUM_MISSING');
    expect(detail).toContain('install them: bare-python -m pip install gymnasium');
  });

  it('refuses ids that do not exist or name a module, spaces, and wrappers of other environments', async () => {
    const server = await startTestServer({ python: createTestPython() });
    const unknown = await refuse(server, { environment: 'gymnasium:HalfChetah-v5' });
    expect(unknown).toMatchObject({ code: 'UNKNOWN_ENVIRONMENT', errors: [{ path: 'environment' }] });
    expect(unknown.detail).toContain('did you mean gymnasium:HalfCheetah-v5');
    expect((await refuse(server, { environment: 'gymnasium:os:CartPole-v1' })).code).toBe(
      'UNSAFE_ENVIRONMENT_ID',
    );
    const spaces = await refuse(server, { environment: 'gymnasium:Blackjack-v1' });
    expect(spaces).toMatchObject({ code: 'UNSUPPORTED_SPACE' });
    expect(spaces.detail).toContain('observation space Tuple');
    const atari = { atari: true };
    for (const environment of ['gymnasium:CartPole-v1', 'CartPole-v1'])
      expect(await refuse(server, { environment, wrappers: atari })).toMatchObject({
        code: 'INVALID_JOB',
        errors: [{ path: 'wrappers.atari' }],
      });
    const doubled = await refuse(server, {
      environment: 'gymnasium:ALE/Pong-v5',
      wrappers: { ...atari, frameStack: 4, actionRepeat: 2 },
    });
    expect(doubled.errors.map(({ path, message }) => `${path}: ${message.replace(/^.*; /, '')}`)).toEqual([
      'wrappers.frameStack: leave frameStack out, or set wrappers.atari to false',
      'wrappers.actionRepeat: leave actionRepeat out, or set wrappers.atari to false',
    ]);
  });

  it('trains a job, plays its policy, and evaluates it on demand', async () => {
    const server = await startTestServer({ python: createTestPython() }, 'real');
    const response = await server.post('/jobs', { environment: 'gymnasium:CartPole-v1', ...shortJob });
    expect(response.status).toBe(202);
    const { id } = jobSchema.parse(await response.json());
    const job = await server.waitFor(id, 'succeeded');
    expect(job.reward.evaluation?.mean).toBeGreaterThan(5);
    const events = readPlayEvents(
      await server.get(`/jobs/${id}/play?model=latest&steps=3&stepsPerSecond=60`),
    );
    const steps: unknown[] = [];
    for await (const { event, data } of events) if (event === 'step') steps.push(data);
    expect(steps).toMatchObject([{ step: 1, return: 1, scene: null }, { step: 2 }, { step: 3 }]);
    const evaluation = await new A3CClient({ url: server.url }).evaluate(id, { episodes: 2 });
    expect(evaluation).toMatchObject({ state: 'succeeded', error: null });
    // Each step of the pole gives 1.
    expect(evaluation.returns).toEqual(evaluation.lengths);
  });

  it.skipIf(chromiumPath === null)('says on the page of its policy why there is no picture', async () => {
    const server = await startTestServer({ python: createTestPython() }, 'real');
    const { id } = await server.postJob('unseen', { environment: 'gymnasium:CartPole-v1', ...shortJob });
    await server.waitFor(id, 'succeeded');
    const page = await (await startChromium()).newPage();
    page.setDefaultTimeout(patience.timeout);
    await page.goto(`${server.url}/#/jobs/${id}/watch`);
    await page.getByText('gymnasium:CartPole-v1 cannot be drawn: it runs in another program').waitFor();
  });

  it('opens the environment of a job again after a restart, or fails the job with the cause', async () => {
    const data = createTemporaryDirectory();
    const python = createTestPython();
    const first = await startTestServer({ data, python }, 'real');
    const endless = {
      ...shortJob,
      stop: { maxSteps: 1e9, targetReward: null },
      optimizer: { schedule: 'constant' },
    };
    const { id } = await first.postJob('lasting', { environment: 'gymnasium:CartPole-v1', ...endless });
    await first.waitFor(id, 'running');
    await first.close();
    const second = await startTestServer({ data, python }, 'real');
    await second.waitFor(id, 'running');
    await second.close();
    const third = await startTestServer({ data, python: '/opt/nowhere/bin/python3.99' }, 'real');
    const failed = await third.waitFor(id, 'failed');
    expect(failed.error).toMatchObject({ code: 'PYTHON_MISSING' });
    const refused = await third.post(`/jobs/${id}/resume`, { stop: { maxSteps: 4_000 } });
    expect(await refused.json()).toMatchObject({ code: 'PYTHON_MISSING' });
  });
});

describe.skipIf(gymnasiumPython === null)('the command line', () => {
  it(
    'trains, resumes, evaluates and plays over the bridge',
    async () => {
      const directory = createTemporaryDirectory();
      const options = { directory, environment: { A3C_PYTHON: createTestPython() } };
      const run = async (...args: string[]) => await runCommand(args, options);
      const flags = ['--workers', '1', '--seed', '1', '--output', 'model'];
      const trained = await run('train', 'gymnasium:Masked-v0', ...flags, '--stop.max-steps', '2000');
      expect(trained.stderr).toBe('');
      expect(trained.code).toBe(0);
      const resumed = await run('train', '--resume', 'model', '--stop.max-steps', '4000');
      expect(resumed.stdout).toContain('Trained 4,');
      const evaluated = await run('evaluate', 'model', '--episodes', '2', '--json');
      // The environment has no limit, so its episodes are cut off where all endless ones are.
      expect(JSON.parse(evaluated.stdout)).toMatchObject({
        environment: 'gymnasium:Masked-v0',
        mean: 10_000,
      });
      const played = await run('play', 'model', '--seed', '1');
      expect(played.stdout).toContain('gymnasium:Masked-v0 | episode 1');
      const drawn = await run('play', 'model', '--output', 'replay.gif');
      expect(drawn.code).not.toBe(0);
      expect(drawn.stderr).toContain('gymnasium:Masked-v0');
      const missing = await run('evaluate', 'model', '--python', './nowhere');
      expect(missing.stderr).toContain('./nowhere cannot be started (ENOENT)');
      expect(missing.code).toBe(1);
    },
    patience.timeout,
  );
});
