// a3c experiment: experiments of a server from the command line.
import { describe, expect, it, vi } from 'vitest';
import { experimentSchema } from '../../../src/shared/api/experiment.ts';
import { runCommand, type CommandOutcome } from '../../fixtures/command-line.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const run = async (server: Pick<TestServer, 'url'>, ...args: readonly string[]): Promise<CommandOutcome> =>
  await runCommand(['experiment', ...args, '--url', server.url], { directory: createTemporaryDirectory() });

describe('a3c experiment', () => {
  it('starts, lists, shows, cancels and deletes an experiment', async () => {
    const server = await startTestServer();
    expect((await run(server)).stdout).toBe('no experiments\n');
    const started = await run(
      server,
      ...['start', 'CartPole-v1', '--seeds', '2', '--name', 'run', '--workers', '1', '--json'],
      ...['--vary', 'discount=0.9,0.99', '--vary', 'algorithm=a3c,a2c', '--experiment-name', 'grid'],
    );
    const { id, variations } = experimentSchema.parse(JSON.parse(started.stdout));
    expect(variations.map(({ label }) => label)).toEqual([
      'algorithm a3c, discount 0.9',
      'algorithm a2c, discount 0.9',
      'algorithm a3c, discount 0.99',
      'algorithm a2c, discount 0.99',
    ]);
    expect((await run(server)).stdout).toContain(`${id}  grid  CartPole-v1`);
    expect((await run(server, 'show', 'grid')).stdout).toMatch(/^grid: \w+, \d+ %, 4 × 2 jobs\n\nVARIATION/);
    expect((await run(server, 'rm', 'grid')).stderr).toContain('add --yes');
    expect((await run(server, 'cancel', id.slice(0, 10))).stdout).toMatch(new RegExp(`^${id}  `));
    await vi.waitFor(async () => {
      expect((await run(server, 'show', 'last')).stdout).toContain('grid: cancelled');
    }, patience);
    expect((await run(server, 'rm', 'last', '--yes')).stdout).toBe(`deleted ${id}\n`);
  });

  it('says what is wrong, and what to do', async () => {
    const server = await startTestServer();
    expect((await run(server, 'show', 'nothing')).stderr).toBe(
      'error: there is no experiment nothing: a3c experiment lists them\n',
    );
    const vary = async (flag: string): Promise<string> =>
      (await run(server, 'start', 'CartPole-v1', '--vary', flag)).stderr;
    expect(await vary('discount')).toMatch(/^error: --vary: discount: write a field and its values/);
    expect(await vary('discount=2')).toMatch(/^error: --vary: discount: /);
    expect(await vary('policy.type=gaussian')).toMatch(/variations.0.policy.type.*categorical/);
    expect((await run({ url: 'http://127.0.0.1:9' })).stderr).toContain('npx a3c serve');
  });
});
