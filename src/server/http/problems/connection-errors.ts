// Requests that Node's parser gives up on never reach the application; they are answered as problems all the same.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { problemContentType, type Problem } from '../../../shared/api/problem.ts';
import { createProblem } from './problem.ts';
import { securityHeaders } from '../access/security-headers.ts';

export function handleConnectionError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = describeConnectionError(error.code);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${problemContentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function describeConnectionError(code: string): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return createProblem('HEADERS_TOO_LARGE', 'the headers have more than 16 KiB');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return createProblem('REQUEST_TIMEOUT', 'the request did not arrive in time');
    default:
      return createProblem('BAD_REQUEST', 'this is no HTTP request');
  }
}
