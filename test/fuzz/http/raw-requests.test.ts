// Fuzz test of bytes over real sockets: the server answers or closes the connection, and never fails or hangs.
import { createConnection } from 'node:net';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { byteDamage, damageBytes } from '../generators/mutation.ts';
import { fuzzedRequest, type FuzzedRequest } from '../generators/requests.ts';
import { countRuns } from '../runs.ts';
import { requireDocumentedProblem } from './documented-problem.ts';
import { startFuzzedServer } from './fuzzed-server.ts';
import { WitnessJobs } from './witness-jobs.ts';

const counts = { requests: 0, refused: 0 };
afterAll(() => {
  process.stdout.write(
    `fuzzed ${counts.requests} requests over sockets: ${counts.refused} refused as documented\n`,
  );
});

const answerDeadlineMs = 20_000;

/** The request as bytes; what HTTP has no room for goes out all the same. */
function serialize({ method, path, headers, body }: FuzzedRequest, id: string): Buffer {
  const payload = Buffer.from(body ?? '');
  const lines = [
    `${method} ${path.replaceAll('{job}', id)} HTTP/1.1`,
    ...Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`),
    ...(body === null ? [] : [`content-length: ${payload.byteLength}`]),
    'connection: close',
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), payload]);
}

/** Sends the bytes in chunks, says that there are no more, and collects what comes until the end or an event stream. */
function exchange(port: number, chunks: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = createConnection({ host: '127.0.0.1', port });
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(received));
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${answerDeadlineMs} ms: ${Buffer.concat(received).toString()}`));
    }, answerDeadlineMs);
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      if (Buffer.concat(received).includes('content-type: text/event-stream')) finish();
    });
    socket.once('close', finish);
    // A server that has refused a request may close while more of it is on its way.
    socket.once('error', finish);
    for (const chunk of chunks) socket.write(chunk);
    socket.end();
  });
}

/** Throws unless the first answer among the bytes, if there is one, is as documented. */
function requireSoundAnswer(bytes: Buffer, isHead: boolean): void {
  if (bytes.length === 0) return;
  const text = bytes.toString('latin1');
  const [, statusText = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  const status = Number(statusText);
  if (!(status >= 100 && status < 500)) throw new Error(`not an answer: ${text}`);
  if (status < 400) return;
  counts.refused += 1;
  const [head = ''] = text.split('\r\n\r\n', 1);
  const readHeader = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
  const start = head.length + 4;
  const body = bytes.subarray(start, start + Number(readHeader('content-length')));
  const contentType = readHeader('content-type');
  requireDocumentedProblem({ status, contentType, body: body.toString() }, !isHead);
}

const hasSucceeded = (answer: Buffer): boolean => /^HTTP\/1\.1 20[24] /m.test(answer.toString('latin1'));

/**
 * What follows a sound request on its connection may be none, and the parser reads ahead: its refusal, or the end of the
 * connection, then comes before the answer.
 */
const isAboutTheConnection = (answer: Buffer): boolean =>
  answer.length === 0 || answer.includes('this is not an HTTP request');

const rawRequest = fc.record({
  request: fuzzedRequest,
  damages: fc.array(byteDamage, { maxLength: 2 }),
  chunks: fc.integer({ min: 1, max: 4 }),
  noise: fc.oneof(
    { arbitrary: fc.constant(null), weight: 9 },
    { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
  ),
});

describe('a connection', () => {
  it('gets a documented answer or is closed, for any bytes, and jobs do not change', async () => {
    const server = await startFuzzedServer();
    const witnesses = await WitnessJobs.create(server);
    await fc.assert(
      fc.asyncProperty(rawRequest, async ({ request, damages, chunks, noise }) => {
        const sound = serialize(request, witnesses.choose(request.job));
        const bytes = noise ?? damages.reduce(damageBytes, new Uint8Array(sound));
        const size = Math.ceil(bytes.length / chunks) || 1;
        const parts = Array.from({ length: chunks }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        counts.requests += 1;
        const answer = await exchange(server.port, parts);
        // Damage may have made a HEAD of another method, or another of it.
        const isHead = Buffer.from(bytes).subarray(0, 5).toString() === 'HEAD ';
        requireSoundAnswer(answer, isHead);
        const changed = await witnesses.findChanged();
        await witnesses.accept(changed);
        if (!isAboutTheConnection(answer) && !hasSucceeded(answer)) expect(changed).toEqual([]);
      }),
      { numRuns: countRuns(150) },
    );
    expect((await server.inject({ method: 'GET', url: '/healthz' })).status).toBe(200);
  });
});
