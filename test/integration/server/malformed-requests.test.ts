// Requests that Node's parser refuses: the answer is a problem, and the server continues.
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
      what: 'a tunnel to elsewhere',
      request: 'CONNECT evil.example:443 HTTP/1.1\r\nhost: localhost\r\n\r\n',
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
    },
    {
      what: 'two Hosts',
      request: 'GET /status HTTP/1.1\r\nhost: localhost\r\nHost: evil.example\r\nconnection: close\r\n\r\n',
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'a Host that only ends as one of this machine',
      request: 'GET /status HTTP/1.1\r\nhost: evil.example/.localhost\r\nconnection: close\r\n\r\n',
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'the address of another host',
      request: 'GET http://evil.example/status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
      status: 403,
      code: 'HOST_NOT_ALLOWED',
    },
    {
      what: 'the address of something that is no host',
      request:
        'GET http://localhost@evil.example/status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'a body that is packed',
      request: `${post}content-encoding: gzip\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
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

describe('an unusual request', () => {
  it.each([
    { what: 'a name of this machine', host: 'app.localhost:8080', address: '/status' },
    { what: 'an address of this machine', host: '[::1]', address: '/status' },
    { what: 'an address with its host', host: 'localhost', address: 'http://127.0.0.1:80/status' },
  ])('is answered: $what', async ({ host, address }) => {
    const server = await startTestServer();
    const request = `GET ${address} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
    expect((await exchange(server.url, request)).status).toBe(200);
  });

  it('is read: a body that says it is not packed', async () => {
    const server = await startTestServer();
    const request = `${post}content-encoding: identity\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`;
    expect((await exchange(server.url, request)).status).toBe(400);
  });
});
