// Connections without a complete request: they are closed and do not affect others.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const limits = { headersTimeoutMs: 200, requestTimeoutMs: 400, timeoutCheckMs: 50, keepAliveTimeoutMs: 200 };

async function connect(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends a byte at a time, where there is anything to send, and gives what the server says to that. */
async function trickle(socket: Socket, text: string): Promise<string> {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writable && text !== '') socket.write(text[sent] ?? 'x');
    sent += 1;
  }, 20);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  clearInterval(timer);
  return answer;
}

describe('a request that is never complete', () => {
  it.each([
    { what: 'nothing at all', first: '', slowly: '' },
    { what: 'half a request line', first: 'GET /sta', slowly: '' },
    {
      what: 'headers, one byte at a time',
      first: 'GET /status HTTP/1.1\r\nhost: localhost\r\nx-slow: ',
      slowly: 'x',
    },
    {
      what: 'a body, one byte at a time',
      first:
        'POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n',
      slowly: '{"name":"',
    },
    {
      what: 'chunks of a body, one byte at a time',
      first:
        'POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      slowly: '1388\r\n{"name":"',
    },
  ])('is given up: $what', async ({ first, slowly }) => {
    const server = await startTestServer({}, 'scripted', limits);
    const socket = await connect(server.url);
    socket.write(first);
    const answered = trickle(socket, slowly);
    expect((await server.get('/status')).status).toBe(200);
    const answer = await answered;
    const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
    expect(head).toMatch(/^HTTP\/1\.1 408 /);
    expect(head).toContain('x-content-type-options: nosniff');
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(socket.destroyed).toBe(true);
    expect(await (await server.get('/jobs')).json()).toMatchObject({ data: [] });
  });

  it('is given up in the midst of hundreds like it, while others are served', async () => {
    const server = await startTestServer({}, 'scripted', limits);
    const sockets = await Promise.all(Array.from({ length: 200 }, () => connect(server.url)));
    const closed = sockets.map((socket) => once(socket.resume(), 'close'));
    for (const socket of sockets) socket.write('GET /status HTTP/1.1\r\nhost: ');
    expect((await server.get('/status')).status).toBe(200);
    await Promise.all(closed);
  });
});

describe('a connection', () => {
  it('without a next request is closed', async () => {
    const server = await startTestServer({}, 'scripted', limits);
    const socket = await connect(server.url);
    socket.write('GET /status HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const answer: unknown[] = await once(socket, 'data');
    expect(String(answer[0])).toMatch(/^HTTP\/1\.1 200 /);
    await once(socket, 'close');
  });

  it('beyond the most that are kept is refused', async () => {
    const server = await startTestServer({}, 'scripted', { maxConnections: 2 });
    const [leaving, staying] = [await connect(server.url), await connect(server.url)];
    const refused = await connect(server.url);
    await once(refused.resume(), 'close');
    leaving.destroy();
    staying.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    const answer: unknown[] = await once(staying, 'data');
    expect(String(answer[0])).toMatch(/^HTTP\/1\.1 200 /);
  });
});
