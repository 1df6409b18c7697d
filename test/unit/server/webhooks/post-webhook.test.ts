// One attempt to post a webhook, against real sockets.
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postWebhook, type WebhookRequest } from '../../../../src/server/webhooks/post-webhook.ts';
import { startReceiver } from '../../../fixtures/webhook-receiver.ts';

const body = JSON.stringify({
  id: 'dlv_1',
  type: 'job.state',
  time: '2030-01-01T00:00:00.000Z',
  event: 1,
  job: {
    ...{
      id: 'job_00000000000000000000',
      name: null,
      environment: 'CartPole-v1',
      algorithm: 'a3c',
      metadata: {},
    },
    ...{ state: 'queued', stateReason: null, endedBy: null, error: null, attempt: 0 },
    ...{ createdAt: '2030-01-01T00:00:00.000Z', startedAt: null, finishedAt: null },
    progress: { steps: 0, episodes: 0, updates: 0, fraction: 0, elapsedSeconds: 0, estimatedFinishAt: null },
    reward: { movingAverage: null, exponentialMovingAverage: null, last: null, best: null, evaluation: null },
    models: { best: null, latest: null },
  },
});

function post(url: string, request: Partial<WebhookRequest> = {}) {
  const { signal } = new AbortController();
  const given = { url, body, headers: {}, timeoutMs: 5_000, signal, isAddressAllowed: () => false };
  return postWebhook({ ...given, ...request });
}

const local = { address: '127.0.0.1', family: 4 };
const foreign = { address: '93.184.216.34', family: 4 };

/** A TCP server that treats each connection as `serve` does. */
async function startRawServer(serve: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
}

describe('the address of a name', () => {
  it('is looked up once, and the connection goes to what was checked', async () => {
    const receiver = await startReceiver();
    // A name server that answers differently each time cannot lead the connection elsewhere.
    const answers = [[local], [foreign]];
    const checked: string[] = [];
    const outcome = await post(`http://receiver.example:${receiver.port}/hook`, {
      resolve: () => Promise.resolve(answers.shift() ?? []),
      isAddressAllowed: (address) => checked.push(address) > 0,
    });
    expect(outcome).toEqual({ type: 'delivered', status: 200 });
    expect([checked, answers.length]).toEqual([['127.0.0.1'], 1]);
    expect(receiver.received.map(({ host }) => host)).toEqual([`receiver.example:${receiver.port}`]);
  });

  it('is not used where it is not allowed', async () => {
    const receiver = await startReceiver();
    for (const resolve of [undefined, () => Promise.resolve([local]), () => Promise.resolve([])]) {
      const outcome = await post(`http://localhost:${receiver.port}/`, resolve && { resolve });
      expect(outcome).toEqual({
        type: 'failed',
        status: null,
        isFinal: false,
        error: 'the name resolves to an address that is not public; --webhook-network allows its network',
      });
    }
    expect(receiver.received).toEqual([]);
  });

  it('is chosen among those that are allowed', async () => {
    const receiver = await startReceiver();
    const outcome = await post(`http://receiver.example:${receiver.port}/`, {
      resolve: () => Promise.resolve([foreign, local]),
      isAddressAllowed: (address) => address === local.address,
    });
    expect(outcome.type).toBe('delivered');
  });

  it('may be missing', async () => {
    const outcome = await post('http://receiver.invalid/', {
      resolve: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
    });
    expect(outcome).toMatchObject({ type: 'failed', error: 'its name is not known' });
  });
});

describe('an answer', () => {
  it.each([
    [200, { type: 'delivered', status: 200 }],
    [204, { type: 'delivered', status: 204 }],
    [404, { type: 'failed', status: 404, error: 'it answered 404', isFinal: false }],
    [410, { type: 'failed', status: 410, error: 'it answered 410: it wants no more', isFinal: true }],
    [500, { type: 'failed', status: 500, error: 'it answered 500', isFinal: false }],
  ])('of %i counts', async (status, expected) => {
    const receiver = await startReceiver();
    receiver.answer = (response) => response.writeHead(status).end();
    expect(await post(receiver.url)).toEqual(expected);
  });

  it('that leads elsewhere is not followed', async () => {
    const [receiver, other] = [await startReceiver(), await startReceiver()];
    receiver.answer = (response) => response.writeHead(307, { location: other.url }).end();
    expect(await post(receiver.url)).toMatchObject({
      status: 307,
      error: 'it answered 307; redirects are not followed',
    });
    expect(other.received).toEqual([]);
  });

  it('that never ends is cut off, and its status counts', async () => {
    const receiver = await startReceiver();
    let hasClosed = false;
    receiver.answer = (response) => {
      response.writeHead(200);
      const write = (): void => {
        if (!response.destroyed) response.write('x'.repeat(50_000), () => setImmediate(write));
      };
      response.once('close', () => (hasClosed = true));
      write();
    };
    expect(await post(receiver.url)).toEqual({ type: 'delivered', status: 200 });
    await expect.poll(() => hasClosed).toBe(true);
  });

  it('that does not come is waited for only so long', async () => {
    const receiver = await startReceiver();
    receiver.answer = () => undefined;
    expect(await post(receiver.url, { timeoutMs: 100 })).toMatchObject({ error: 'no answer within 0.1 s' });
  });

  it('is not waited for when the server stops', async () => {
    const receiver = await startReceiver();
    const stop = new AbortController();
    receiver.answer = () => {
      stop.abort();
    };
    expect(await post(receiver.url, { signal: stop.signal })).toMatchObject({
      type: 'failed',
      isFinal: false,
    });
  });
});

describe('a receiver that is none', () => {
  it('refuses connections', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    expect(await post(receiver.url)).toMatchObject({ error: 'it refuses connections' });
  });

  it('closes the connection', async () => {
    const url = await startRawServer((socket) => socket.destroy());
    expect(await post(url)).toMatchObject({ type: 'failed', status: null });
  });

  it('speaks something else', async () => {
    const url = await startRawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await post(url)).toMatchObject({ type: 'failed', status: null });
    expect(await post(url.replace('http:', 'https:'))).toMatchObject({ type: 'failed', status: null });
  });

  it('sends headers without end', async () => {
    const url = await startRawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`);
    });
    expect(await post(url)).toMatchObject({ error: 'it could not be reached (HPE_HEADER_OVERFLOW)' });
  });
});
