// What Node's parser gives up on is answered as a problem too, and the server goes on.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

/** Everything the server says before it closes the connection. */
async function exchange(url: string, request: string): Promise<{ head: string; body: string }> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.write(request);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  return { head, body };
}

const post = 'POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

describe('a malformed request', () => {
  it.each([
    { what: 'no HTTP at all', request: 'HELLO\r\n\r\n', status: 400, code: 'BAD_REQUEST' },
    {
      what: 'an address that is not ASCII',
      request: 'GET /jobs/é HTTP/1.1\r\nhost: localhost\r\n\r\n',
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'a negative length',
      request: `${post}content-length: -5\r\n\r\n`,
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'two lengths',
      request: `${post}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'very long headers',
      request: `GET /status HTTP/1.1\r\nhost: localhost\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`,
      status: 431,
      code: 'HEADERS_TOO_LARGE',
    },
  ])('is answered as a problem: $what', async ({ request, status, code }) => {
    const server = await startTestServer();
    const { head, body } = await exchange(server.url, request);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json');
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status, code });
    expect((await server.get('/healthz')).status).toBe(200);
  });
});
