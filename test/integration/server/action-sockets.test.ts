// GET /jobs/{id}/actions: the policy of a job over a WebSocket.
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { actionsAnswerSchema } from '../../../src/shared/api/actions.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { postDrawnModel } from '../../fixtures/drawn-jobs.ts';
import { openTestServer, patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const observation = [0.3, -0.2, 0.1, 0.4];
const request = JSON.stringify({ id: 1, observations: [observation] });

const answerSchema = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  actions: z.array(z.number()).optional(),
  error: problemSchema.optional(),
});
type Answer = z.infer<typeof answerSchema>;

interface SocketOptions {
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
}

function connect(
  { url }: TestServer,
  id: string,
  { protocols = [], headers = {} }: SocketOptions = {},
): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/jobs/${id}/actions`, protocols, { headers });
  onTestFinished(() => socket.terminate());
  return socket;
}

async function open(server: TestServer, id: string, options: SocketOptions = {}): Promise<WebSocket> {
  const socket = connect(server, id, options);
  await once(socket, 'open');
  return socket;
}

/** The status that refused a connection; 101 if it was opened. */
async function knock(server: TestServer, id: string, options: SocketOptions = {}): Promise<number> {
  const socket = connect(server, id, options);
  return await new Promise((resolve, reject) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', reject);
  });
}

/** Sends messages and reads as many answers. */
async function exchange(socket: WebSocket, ...messages: string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  const answered = new Promise<void>((resolve) => {
    const read = (data: unknown): void => {
      answers.push(answerSchema.parse(JSON.parse(String(data))));
      if (answers.length < messages.length) return;
      socket.off('message', read);
      resolve();
    };
    socket.on('message', read);
  });
  for (const message of messages) socket.send(message);
  await answered;
  return answers;
}

describe('GET /jobs/{id}/actions', () => {
  it('answers each message like a request, and names it', async () => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    const socket = await open(server, id);
    const response = await server.post(`/jobs/${id}/actions`, { observations: [observation] });
    const posted = actionsAnswerSchema.parse(await response.json());
    const large = { id: 'large', observations: Array<number[]>(5_000).fill(observation) };
    const answers = await exchange(
      socket,
      JSON.stringify(large),
      request,
      JSON.stringify({ observations: [observation] }),
      '{"id":2,"observations":[[1]]}',
      '{"id":',
      '{"id":{},"observations":[[1]]}',
      '[]',
    );
    expect(answers).toHaveLength(7);
    expect(answers).toContainEqual({ ...posted, id: 1 });
    expect(answers).toContainEqual(posted);
    expect(answers.find((answer) => answer.id === 2)?.error).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ path: 'observations.0', message: 'expected a list of 4 numbers, not a list of 1' }],
    });
    expect(answers.map(({ error }) => error?.code)).toContain('INVALID_JSON');
    const named = answers.find((answer) => answer.id === 'large');
    expect(named?.actions).toHaveLength(5_000);
    // A thread answers it, and the small ones do not wait for it.
    const small = answers.findIndex((answer) => answer.id === 1);
    expect(small).toBeLessThan(answers.findIndex((answer) => answer === named));
    await server.remove(`/jobs/${id}`);
    expect(await exchange(socket, request)).toMatchObject([{ id: 1, error: { code: 'JOB_NOT_FOUND' } }]);
  });

  it('opens for tokens in a header or in a protocol, which is not repeated, and for no others', async () => {
    const token = 'secret/+=~;';
    const server = await startTestServer({ token, readToken: 'look-only' });
    const headers = { authorization: `Bearer ${token}` };
    const posted = await server.post('/jobs', { environment: 'CartPole-v1', name: 'run' }, headers);
    const { id } = jobSchema.parse(await posted.json());
    const offer = (given: string): SocketOptions => ({
      protocols: ['a3c', `a3c.token.${Buffer.from(given).toString('base64url')}`],
    });
    expect(await knock(server, id)).toBe(401);
    expect(await knock(server, id, offer('wrong'))).toBe(401);
    expect(await knock(server, 'job_0', offer(token))).toBe(404);
    expect(await knock(server, id, offer(token))).toBe(101);
    expect(await knock(server, id, { headers })).toBe(101);
    const socket = await open(server, id, offer('look-only'));
    expect(socket.protocol).toBe('a3c');
    expect(await exchange(socket, request)).toMatchObject([{ id: 1, error: { code: 'MODEL_NOT_READY' } }]);
  });

  it('opens for no page of another site', async () => {
    const server = await startTestServer({ corsOrigin: ['https://friend.example'] });
    const id = await postDrawnModel(server);
    expect(await knock(server, id, { headers: { origin: 'https://other.example' } })).toBe(403);
    expect(await knock(server, id, { headers: { origin: 'https://friend.example' } })).toBe(101);
    expect(await knock(server, id, { headers: { origin: server.url } })).toBe(101);
    expect(await knock(server, id, { headers: { host: 'evil.example' } })).toBe(403);
  });

  it('counts messages like requests, and connections', async () => {
    const server = await startTestServer({}, 'scripted', { maxActionRequestsPerSecond: 10, maxSockets: 1 });
    const id = await postDrawnModel(server);
    const socket = await open(server, id);
    expect(await knock(server, id)).toBe(429);
    const answers = await exchange(socket, ...Array<string>(30).fill(request));
    const codes = answers.map((answer) => answer.error?.code ?? 'answered');
    expect(new Set(codes)).toEqual(new Set(['answered', 'RATE_LIMITED']));
    socket.close();
    await once(socket, 'close');
    // Another connection is let in, once the second is over.
    await vi.waitFor(async () => {
      expect(await knock(server, id)).toBe(101);
    }, patience);
  });

  it('ends with its server, and says so', async () => {
    const server = await openTestServer({ data: createTemporaryDirectory() });
    const id = await postDrawnModel(server);
    const socket = await open(server, id);
    const closed = once(socket, 'close');
    await server.close();
    expect((await closed)[0]).toBe(1001);
  });

  it('stops reading from a client that takes no answers, and closes it', async () => {
    // No heartbeat closes it.
    const limits = { stallLimitMs: 500, maxSockets: 1, heartbeatMs: 1_000_000 };
    const server = await startTestServer({}, 'scripted', limits);
    const id = await postDrawnModel(server);
    const socket = await open(server, id);
    const message = JSON.stringify({ observations: Array<number[]>(1_000).fill(observation) });
    const before = process.memoryUsage().rss;
    socket.pause();
    // Some 100 MB of answers, most of which must never be made.
    for (let count = 0; count < 3_000; count += 1) socket.send(message);
    // Another connection is let in once the server has closed this one.
    await vi.waitFor(async () => {
      expect(await knock(server, id)).toBe(101);
    }, patience);
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
    expect((await server.get('/healthz')).status).toBe(200);
  });

  it('closes a connection whose message is too large', async () => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    const socket = await open(server, id);
    const closed = once(socket, 'close');
    socket.send('x'.repeat(9 * 1024 * 1024));
    expect((await closed)[0]).toBe(1009);
  });

  it('closes a connection whose client is gone', async () => {
    const server = await startTestServer({}, 'scripted', { heartbeatMs: 100 });
    const id = await postDrawnModel(server);
    const silent = connect(server, id);
    silent.pong = () => undefined;
    Reflect.set(silent, '_autoPong', false);
    await once(silent, 'open');
    await once(silent, 'close');
  });
});
