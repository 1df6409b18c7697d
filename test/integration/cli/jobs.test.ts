// a3c jobs: the jobs of a server from the command line.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jobOverviewSchema } from '../../../src/shared/api/server-status.ts';
import { jobEventSchema } from '../../../src/shared/api/job-event.ts';
import { runCommand, type CommandOutcome } from '../../fixtures/command-line.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const runJobs = async (
  server: Pick<TestServer, 'url'>,
  ...args: readonly string[]
): Promise<CommandOutcome> =>
  await runCommand(['jobs', ...args, '--url', server.url], { directory: createTemporaryDirectory() });

describe('a3c jobs', () => {
  it('lists the jobs of a server, as a table or as JSON', async () => {
    const server = await startTestServer();
    expect((await runJobs(server)).stdout).toBe('no jobs\n');
    const done = await server.postJob('succeed');
    await server.waitFor(done.id, 'succeeded');
    const running = await server.postJob('run');
    await server.waitFor(running.id, 'running');
    const table = (await runJobs(server)).stdout.trimEnd().split('\n');
    expect(table[0]).toMatch(/^ID +NAME +ENVIRONMENT +ALGORITHM +STATE/);
    expect(table.slice(1).map((line) => line.split(/ +/).slice(0, 5))).toEqual([
      [running.id, 'run', 'CartPole-v1', 'a3c', 'running'],
      [done.id, 'succeed', 'CartPole-v1', 'a3c', 'solved'],
    ]);
    const { stdout } = await runJobs(server, '--json', '--state', 'succeeded');
    const listed = z.array(jobOverviewSchema).parse(JSON.parse(stdout));
    expect(listed.map(({ id }) => id)).toEqual([done.id]);
  });

  it('starts, pauses, resumes, cancels and deletes jobs, by the beginning of an id, a name, or last', async () => {
    const server = await startTestServer();
    const started = await runJobs(
      server,
      'start',
      'CartPole-v1',
      '--name',
      'run',
      '--workers',
      '1',
      '--json',
    );
    const [{ id }] = z.tuple([z.object({ id: z.string() })]).parse(JSON.parse(started.stdout));
    await server.waitFor(id, 'running');
    expect((await runJobs(server, 'pause', 'run')).stdout).toMatch(new RegExp(`^${id}  paus`));
    await server.waitFor(id, 'paused');
    expect((await runJobs(server, 'resume', id.slice(4, 12))).code).toBe(0);
    await server.waitFor(id, 'running');
    expect((await runJobs(server, 'cancel', 'last')).code).toBe(0);
    await server.waitFor(id, 'cancelled');
    const refused = await runJobs(server, 'rm', 'last');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('add --yes');
    expect((await runJobs(server, 'rm', 'last', '--yes')).stdout).toBe(`deleted ${id}\n`);
    expect((await server.get(`/jobs/${id}`)).status).toBe(404);
  });

  it('watches a job to its end, in lines where there is no terminal', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    const text = await runJobs(server, 'watch', id);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(`CartPole-v1 | a3c | 1 × 4 environments | ${id}`);
    expect(text.stdout).toContain('succeeded: reached its target');
    const json = await runJobs(server, 'watch', id, '--json');
    const types = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => jobEventSchema.parse(JSON.parse(line)).type);
    expect(types[0]).toBe('state');
    expect(types).toContain('evaluation');
    const failing = await server.postJob('fail');
    expect((await runJobs(server, 'watch', failing.id)).code).toBe(1);
  });

  it('prints what happened to a job', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('warn');
    await server.waitFor(id, 'running');
    await expect
      .poll(async () => (await runJobs(server, 'logs', 'warn')).stdout, { timeout: 20_000 })
      .toMatch(/state +state queued, attempt 0\n(.*\n)*.*warning +code MANY_GRADIENTS_REFUSED/);
  });

  it('says what is wrong, and what to do', async () => {
    const server = await startTestServer({ token: 'secret' });
    const closed = await runJobs({ url: 'http://127.0.0.1:9' });
    expect(closed.code).toBe(1);
    expect(closed.stderr).toMatch(
      /^error: no server answers at http:\/\/127.0.0.1:9. Start one with: npx a3c serve/,
    );
    expect((await runJobs(server)).stderr).toMatch(
      /^error: the server at .* needs its token: set A3C_TOKEN\n/,
    );
    const open = await startTestServer();
    expect((await runJobs(open, 'watch', 'nothing')).stderr).toBe(
      'error: there is no job nothing: a3c jobs lists them\n',
    );
    const misspelt = await runJobs(open, 'start', 'CartPole-v1', '--learning-rate', '1');
    expect([misspelt.code, misspelt.stderr]).toEqual([
      2,
      "error: unknown option '--learning-rate'; did you mean --optimizer.learning-rate?\n",
    ]);
    const refused = await runJobs(open, 'start', 'CartPole-v7');
    expect(refused.stderr).toMatch(/^error: .*CartPole-v7.*CartPole-v1/);
  });
});
