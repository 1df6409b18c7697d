// Problems for requests that Node's parser refuses: they never reach the application.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectionError } from 'fastify';
import { problemContentType, type Problem } from '../../../shared/api/problem.ts';
import { writeJsonLine } from '../json-line.ts';
import { createProblem } from './problem.ts';
import { securityHeaders } from '../access/security-headers.ts';

export function handleConnectionError(error: ConnectionError, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  answer(socket, describeConnectionError(error.code));
}

/** Answers CONNECT, which asks for a tunnel to another server. */
export function refuseTunnel(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  answer(socket, createProblem('METHOD_NOT_ALLOWED', 'this server is not a proxy and opens no tunnels'), [
    'allow: GET, HEAD, POST, DELETE, OPTIONS',
  ]);
}

function answer(socket: Duplex, problem: Problem, headers: readonly string[] = []): void {
  const body = writeJsonLine(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${problemContentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    ...headers,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function describeConnectionError(code: string): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return createProblem('HEADERS_TOO_LARGE', 'the headers are larger than 16 KiB');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return createProblem('REQUEST_TIMEOUT', 'the request did not arrive in time');
    default:
      return createProblem('BAD_REQUEST', 'this is not an HTTP request');
  }
}
