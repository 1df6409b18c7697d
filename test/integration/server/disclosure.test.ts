// Failures as clients see them: the reason and the place in their own code, but nothing about this machine's files.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Job } from '../../../src/shared/job/job.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const head = "import { defineEnvironment } from 'a3c-server';\nimport { readFileSync } from 'node:fs';\n";

/** A module of one environment whose first step runs `body`. */
const defineMaze = (body: string, first = ''): string => `${head}${first}
export const maze = defineEnvironment({
  id: 'Maze-v0',
  observationSpace: { type: 'box', shape: [1] },
  actionSpace: { type: 'discrete', n: 2 },
  create: () => ({
    reset: () => [0],
    step: () => {
      ${body}
      return { observation: [0], reward: 1, terminated: true };
    },
  }),
});
`;

/** Everything a client can read about a job, as text. */
async function readAll(server: TestServer, id: string): Promise<string> {
  const paths = [`/jobs/${id}`, `/jobs/${id}/events?limit=1000`, '/jobs', '/status', '/environments'];
  const texts = await Promise.all(paths.map(async (path) => (await server.get(path)).text()));
  const stream = await server.get(`/jobs/${id}/events`, { accept: 'text/event-stream' });
  return [...texts, await stream.text()].join('\n');
}

function expectNothingDisclosed(text: string, places: readonly string[]): void {
  for (const place of [...places, process.cwd(), import.meta.dirname]) expect(text).not.toContain(place);
  expect(text).not.toMatch(/file:\/\/|\/tmp\/|node_modules|node:internal|\\n\s+at /);
}

/** Trains on a module to the job's failure, and checks all that can be read of it. */
async function failOn(module: string, change?: string): Promise<{ job: Job; text: string }> {
  const environments = createTemporaryDirectory();
  const file = join(environments, 'maze.ts');
  writeFileSync(file, module);
  const server = await startTestServer({ environments: [environments] }, 'real');
  if (change !== undefined) writeFileSync(file, change);
  const { id } = await server.postJob('secret', { environment: 'Maze-v0', seed: 1 });
  const job = await server.waitFor(id, 'failed');
  const text = await readAll(server, id);
  expectNothingDisclosed(text, [environments, server.data]);
  expect(job.stateReason).toBe(job.error?.message);
  return { job, text };
}

describe('an environment that fails', () => {
  it('is described by its message, the line and its causes', async () => {
    const body = `try { readFileSync(import.meta.dirname + '/walls/map.txt'); }
      catch (error) { throw new RangeError('no map', { cause: error }); }`;
    const { job, text } = await failOn(defineMaze(body));
    expect(job.error).toMatchObject({ code: 'ENVIRONMENT_FAILED' });
    expect(job.error?.message).toMatch(
      /step 1 of its episode threw RangeError: no map \(at .*\(maze\.ts:\d+:\d+\)\)$/,
    );
    expect(text).toMatch(
      /caused by: Error: ENOENT: no such file or directory, open 'walls\/map\.txt' \(maze\.ts:\d+:\d+\)/,
    );
  });

  it('is described where a file far away is at fault', async () => {
    const { job } = await failOn(defineMaze("readFileSync('/opt/secret place/key.pem');"));
    expect(job.error?.message).toContain("open 'key.pem'");
    expect(job.error?.message).not.toContain('secret');
  });

  it('is described when its module cannot be imported any more', async () => {
    const good = defineMaze('');
    const { job } = await failOn(good, defineMaze('', "throw new TypeError('no walls here');"));
    expect(job.error).toMatchObject({ code: 'ENVIRONMENT_MODULE' });
    expect(job.error?.message).toBe('maze.ts cannot be imported: TypeError: no walls here (maze.ts:3:7)');
  });

  it('is described when its module imports something missing', async () => {
    const { job } = await failOn(defineMaze(''), defineMaze('', "import '/opt/secret/walls.js';"));
    expect(job.error?.message).toMatch(
      /^maze\.ts cannot be imported: .*Cannot find module 'walls\.js' imported from maze\.ts/,
    );
  });
});

describe('a checkpoint that cannot be used', () => {
  it('is reported without its place', async () => {
    const server = await startTestServer({}, 'real');
    const stop = { maxSteps: null, maxEpisodes: null, targetReward: null, maxSeconds: 60 };
    const fields = { environment: 'Identity-v0', stop, optimizer: { schedule: 'constant' } };
    const { id } = await server.postJob('resting', fields);
    await vi.waitFor(async () => expect((await server.readJob(id)).progress.steps).toBeGreaterThan(0), {
      timeout: 40_000,
      interval: 20,
    });
    await server.post(`/jobs/${id}/pause`);
    await server.waitFor(id, 'paused');
    const directory = join(server.data, 'jobs', id);
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (/^checkpoint.*\.(bin|json)$/.test(name)) writeFileSync(join(directory, name), '{}');
    }
    await server.post(`/jobs/${id}/resume`);
    await vi.waitFor(
      async () => {
        const events = await (await server.get(`/jobs/${id}/events?limit=1000`)).text();
        expect(events).toContain('training starts from the beginning: ');
      },
      { timeout: 40_000, interval: 50 },
    );
    await server.post(`/jobs/${id}/cancel`);
    await server.waitFor(id, 'cancelled');
    expectNothingDisclosed(await readAll(server, id), [server.data]);
  });
});
