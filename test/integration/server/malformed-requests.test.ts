// What Node's parser gives up on is answered as a problem too, and the server goes on.
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { exchange } from '../../fixtures/raw-request.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

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
      what: 'no Host',
      request: 'GET /status HTTP/1.1\r\nconnection: close\r\n\r\n',
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'an expectation that nobody knows',
      request: 'GET /nowhere HTTP/1.1\r\nhost: localhost\r\nexpect: miracles\r\nconnection: close\r\n\r\n',
      status: 404,
      code: 'ROUTE_NOT_FOUND',
    },
    {
      what: 'very long headers',
      request: `GET /status HTTP/1.1\r\nhost: localhost\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`,
      status: 431,
      code: 'HEADERS_TOO_LARGE',
    },
    {
      what: 'very many headers',
      request: `GET /status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${'x: y\r\n'.repeat(99)}\r\n`,
      status: 431,
      code: 'HEADERS_TOO_LARGE',
    },
    {
      what: 'a very long address',
      request: `GET /jobs?environment=${'x'.repeat(5_000)} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      status: 414,
      code: 'ADDRESS_TOO_LONG',
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
