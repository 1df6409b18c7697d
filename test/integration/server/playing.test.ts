// GET /jobs/{id}/play: policies that the server plays in environments of its users, for pages that cannot.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { A3CClient, A3CPlayerError, type PlayedStep } from '../../../src/client.ts';
import { PlayerProcess } from '../../../src/server/players/player-process.ts';
import type { PlayedStepRecord } from '../../../src/shared/api/played-step.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { resolveEntry } from '../../../src/shared/program-files/resolve-entry.ts';
import { toModuleOrigin } from '../../../src/shared/environments/environment-origin.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { readPlayEvents, type PlayEvent } from '../../fixtures/play-stream.ts';
import { openTestServer, patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const environments = join(import.meta.dirname, '../../fixtures/environments/watched');
/** The place from which a server finds its programs. */
const serverUrl = new URL('../../../src/server/main.ts', import.meta.url).href;
const readers = { authorization: 'Bearer look-only' };
const writers = { authorization: 'Bearer secret' };
const data = mkdtempSync(join(tmpdir(), 'a3c-playing-'));

let server: TestServer;
/** Id of a job that has trained for a moment. */
let job = '';

beforeAll(async () => {
  const settings = { data, environments: [environments], token: 'secret', readToken: 'look-only' };
  server = await openTestServer(settings, 'real', { maxPlayers: 1, playerIdleMs: 1_000 });
  job = await trainShortly({ environment: 'WatchedCorridor-v0', network: { layers: [] } });
});

afterAll(async () => {
  await server.close();
  rmSync(data, { recursive: true });
});

/** Trains a job for a moment, and returns its id. */
async function trainShortly(fields: object): Promise<string> {
  const request = {
    workers: 1,
    seed: 1,
    environmentMemoryMegabytes: 64,
    stop: { maxSteps: 400, targetReward: null },
    evaluation: { episodes: 1, everySteps: 100 },
    ...fields,
  };
  const { id } = jobSchema.parse(await (await server.post('/jobs', request, writers)).json());
  await vi.waitFor(async () => {
    const found: unknown = await (await server.get(`/jobs/${id}`, readers)).json();
    expect(found, JSON.stringify(found)).toMatchObject({ state: 'succeeded' });
  }, patience);
  return id;
}

async function open(query: string): Promise<Response> {
  return await server.get(`/jobs/${job}/play?${query}`, readers);
}

/** All events of a stream that ends. */
async function play(query: string): Promise<PlayEvent[]> {
  const response = await open(query);
  expect(response.status).toBe(200);
  const events: PlayEvent[] = [];
  for await (const event of readPlayEvents(response)) events.push(event);
  return events;
}

async function readProblem(response: Response): Promise<{ status: number; code: string }> {
  const { status, code } = problemSchema.parse(await response.json());
  expect(response.status).toBe(status);
  return { status, code };
}

/** The id of the player, with which a stream begins. */
function readPlayer([first]: readonly PlayEvent[]): string {
  if (first?.event === 'player') return first.data.id;
  throw new Error('the stream does not begin with its player');
}

function listSteps(events: readonly PlayEvent[]): PlayedStepRecord[] {
  return events.flatMap((event) => (event.event === 'step' ? [event.data] : []));
}

/** What the players of this test do from now on. */
function plan(mishap: string): void {
  process.env.A3C_TEST_MISHAP = mishap;
  onTestFinished(() => {
    delete process.env.A3C_TEST_MISHAP;
  });
}

describe('GET /jobs/{id}/play', () => {
  it('plays an environment of its user for a reader, and goes on where the stream ended', async () => {
    const events = await play('steps=4&stepsPerSecond=240');
    const steps = listSteps(events);
    expect(events).toHaveLength(5);
    expect(steps).toMatchObject(
      [1, 2, 3, 4].map((step) => ({ episode: 1, step, return: -step, isLast: false })),
    );
    for (const { trainingSteps, value, probabilities, scene } of steps) {
      expect(trainingSteps).toBeGreaterThanOrEqual(100);
      expect(value).not.toBeNull();
      expect(probabilities).toHaveLength(2);
      expect(scene).toMatchObject({ width: 9, shapes: [{ type: 'circle' }, { text: '<b>\n' }] });
    }
    const later = await play(`steps=40&stepsPerSecond=240&player=${readPlayer(events)}`);
    expect(readPlayer(later)).toBe(readPlayer(events));
    expect(listSteps(later)[0]).toMatchObject({ episode: 1, step: 5 });
    expect(listSteps(later).at(-1)?.episode).toBeGreaterThan(1);
  });

  it('draws the observations of an environment without render(), where they are pictures', async () => {
    const id = await trainShortly({
      environment: 'WatchedPixels-v0',
      network: { layers: [{ type: 'flatten' }] },
    });
    const client = new A3CClient({ url: server.url, token: 'look-only' });
    const played: PlayedStep[] = [];
    await vi.waitFor(async () => {
      for await (const step of client.play(id, { steps: 2, stepsPerSecond: 240 })) played.push(step);
    }, patience);
    expect(played.map(({ scene }) => scene)).toEqual(
      [10, 20].map((newest) => ({
        width: 3,
        height: 2,
        shapes: [
          {
            type: 'picture',
            rows: 2,
            columns: 3,
            values: Array.from({ length: 6 }, (_, cell) => (cell * newest) / 200),
          },
        ],
      })),
    );
  });

  it('is a loop of the client, which goes on, ends the player when it is left, and throws what went wrong', async () => {
    const client = new A3CClient({ url: server.url, token: 'look-only' });
    const played: PlayedStep[] = [];
    for await (const step of client.play(job, { steps: 3, stepsPerSecond: 240 })) played.push(step);
    expect(played).toMatchObject([1, 2, 3].map((step) => ({ episode: 1, step, return: -step })));
    expect(played.at(-1)?.scene).toMatchObject({ width: 9 });
    const [{ player } = { player: '' }] = played;
    for await (const step of client.play(job, { player, stepsPerSecond: 240 })) {
      expect(step).toMatchObject({ step: 4, player });
      break;
    }
    await vi.waitFor(async () => {
      const again = client.play(job, { player });
      await expect(again.next()).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND', status: 404 });
    }, patience);
    await expect(client.play(job, { stepsPerSecond: 241 }).next()).rejects.toMatchObject({ status: 400 });
    plan('throw');
    const failing = client.play(job, { model: 'latest', stepsPerSecond: 240 });
    const playOn = async (): Promise<void> => {
      while (!(await failing.next()).done);
    };
    await expect(playOn()).rejects.toSatisfy(
      (error) =>
        error instanceof A3CPlayerError &&
        error.code === 'ENVIRONMENT_FAILED' &&
        error.message.includes('the corridor is closed'),
    );
  });

  it('has no scene for an environment without render', async () => {
    plan('undrawn');
    expect(listSteps(await play('steps=1&model=latest'))).toMatchObject([{ step: 1, scene: null }]);
  });

  it.each([
    ['exit', 'ENVIRONMENT_FAILED', 'WatchedCorridor-v0 called process.exit(3)'],
    ['throw', 'ENVIRONMENT_FAILED', 'threw RangeError: the corridor is closed'],
    ['speak', 'ENVIRONMENT_FAILED', 'the environment sent a message to the server'],
    ['fill', 'ENVIRONMENT_OUT_OF_MEMORY', 'WatchedCorridor-v0 took more than 64 MB'],
  ])('says what is wrong with an environment that does this: %s', async (mishap, code, text) => {
    plan(mishap);
    const events = await play('stepsPerSecond=240');
    const last = events.at(-1);
    expect(last).toMatchObject({ event: 'failed', data: { code } });
    expect(last?.event === 'failed' && last.data.message).toContain(text);
    expect(JSON.stringify(last)).not.toContain(import.meta.dirname);
    expect((await server.get('/healthz')).status).toBe(200);
  });

  it('is not harmed by an environment that hangs, which ends with its reader', async () => {
    plan('hang');
    const abort = new AbortController();
    const url = `${server.url}/jobs/${job}/play?stepsPerSecond=1`;
    const events = readPlayEvents(await fetch(url, { headers: readers, signal: abort.signal }));
    const id = readPlayer([(await events.next()).value].filter((event) => event !== undefined));
    expect((await events.next()).value).toMatchObject({ event: 'step' });
    expect((await server.get('/healthz')).status).toBe(200);
    expect(await readProblem(await open(`player=${id}`))).toMatchObject({ code: 'PLAYER_BUSY' });
    abort.abort();
    await vi.waitFor(async () => {
      expect(await readProblem(await open(`player=${id}`))).toMatchObject({ code: 'PLAYER_NOT_FOUND' });
    }, patience);
  });

  it('ends an environment that hangs after its time', async () => {
    plan('hang');
    const player = new PlayerProcess({
      entry: fileURLToPath(resolveEntry('../player/main', serverUrl)),
      log: pino({ level: 'silent' }),
      spec: { ...exampleSpec, environment: 'WatchedCorridor-v0', environmentTimeoutSeconds: 0.3 },
      request: {
        model: join(data, 'jobs', job, 'best'),
        environmentOrigin: toModuleOrigin(pathToFileURL(join(environments, 'watched.ts')).href),
        seed: 1,
      },
    });
    expect(await player.advance(2)).toHaveLength(2);
    await expect(player.advance(1)).rejects.toMatchObject({
      code: 'ENVIRONMENT_TIMEOUT',
      message: 'WatchedCorridor-v0 did not answer within 0.3 s (environmentTimeoutSeconds)',
    });
    expect(player.isAlive).toBe(false);
  });

  it('plays for a few at a time, ends with its reader, and makes room for who waits', async () => {
    const abort = new AbortController();
    const url = `${server.url}/jobs/${job}/play`;
    const events = readPlayEvents(await fetch(url, { headers: readers, signal: abort.signal }));
    const { value: first } = await events.next();
    const id = readPlayer(first ? [first] : []);
    expect(await readProblem(await open('steps=1'))).toEqual({
      status: 429,
      code: 'TOO_MANY_PLAYERS',
    });
    expect(await readProblem(await open(`player=${id}`))).toEqual({
      status: 409,
      code: 'PLAYER_BUSY',
    });
    abort.abort();
    await vi.waitFor(async () => {
      expect(await readProblem(await open(`player=${id}`))).toMatchObject({
        code: 'PLAYER_NOT_FOUND',
      });
    }, patience);
    // Players that only wait for their page give way.
    for (let watched = 0; watched < 2; watched += 1) await play('steps=1');
  });

  it('forgets a player for whom nobody asks', async () => {
    const id = readPlayer(await play('steps=1'));
    await play(`steps=1&player=${id}`);
    expect(await readProblem(await open(`player=${id}&model=latest`))).toMatchObject({ status: 404 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await readProblem(await open(`player=${id}`))).toEqual({
      status: 404,
      code: 'PLAYER_NOT_FOUND',
    });
  });

  it('refuses callers without a token, unknown jobs and senseless questions', async () => {
    const path = `/jobs/${job}/play`;
    expect((await server.get(path)).status).toBe(401);
    expect((await server.get('/jobs/job_00000000000000000000/play', readers)).status).toBe(404);
    for (const query of ['steps=0', 'model=worst', 'stepsPerSecond=1e9', 'fps=3'])
      expect((await open(query)).status, query).toBe(400);
  });
});

describe('a job that is not ready to be watched', () => {
  it('has no model yet, or an environment that the server does not have any more', async () => {
    const scripted = await startTestServer();
    const { id } = await scripted.postJob('run');
    expect(await readProblem(await scripted.get(`/jobs/${id}/play`))).toEqual({
      status: 404,
      code: 'MODEL_NOT_READY',
    });
  });
});
