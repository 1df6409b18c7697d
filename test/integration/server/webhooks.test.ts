// Webhooks of a server, posted to real receivers on this machine.
import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { deliveryListSchema, type Delivery } from '../../../src/shared/api/webhook.ts';
import { ServerProcess } from '../../fixtures/faults/server-process.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { listStates, startReceiver } from '../../fixtures/webhook-receiver.ts';

const webhookSecret = 'a secret that is long enough';
const quick = { firstDelayMs: 20, maxDelayMs: 20 };
const succeeded = ['queued', 'running', 'succeeded'];

async function readDeliveries(server: TestServer, id: string): Promise<Delivery[]> {
  const response = await server.get(`/jobs/${id}/deliveries`);
  return deliveryListSchema.parse(await response.json()).data;
}

async function readMetric(server: TestServer, name: string): Promise<number> {
  const text = await (await server.get('/metrics')).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

const documentSchema = z.looseObject({
  webhooks: z.object({
    'job.state': z.object({
      post: z.looseObject({
        requestBody: z.looseObject({
          content: z.object({ 'application/json': z.object({ schema: z.json() }) }),
        }),
      }),
    }),
  }),
  components: z.looseObject({ schemas: z.json() }),
});

const readSchema: (text: string) => z.core.JSONSchema.JSONSchema = JSON.parse.bind(JSON);

/** The schema of the body, as the OpenAPI document describes it. */
async function readDocumentedPayload(server: TestServer): Promise<z.ZodType> {
  const document = documentSchema.parse(await (await server.get('/openapi.json')).json());
  const { schema } = document.webhooks['job.state'].post.requestBody.content['application/json'];
  const text = JSON.stringify({ allOf: [schema], $defs: document.components.schemas });
  return z.fromJSONSchema(readSchema(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

const problemSchema = z.object({
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
});

/** Posts a job that is refused. */
async function readRefusal(server: TestServer, webhook: unknown) {
  const response = await server.post('/jobs', { environment: 'CartPole-v1', webhook });
  return { status: response.status, ...problemSchema.parse(await response.json()) };
}

describe('a receiver of all jobs', () => {
  it('is told of each change of state once, with a signature', async () => {
    const receiver = await startReceiver();
    const server = await startTestServer({ webhookUrl: [receiver.url], webhookSecret });
    const { id } = await server.postJob('succeed', { metadata: { run: 7 } });
    await vi.waitFor(() => {
      expect(listStates(receiver, id)).toEqual(succeeded);
    }, patience);
    for (const { headers, body, payload, path } of receiver.received) {
      expect(path).toBe('/hook');
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'a3c-delivery': payload.id });
      expect(headers['user-agent']).toMatch(/^a3c-server\/\d/);
      const [, time = '', code] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['a3c-signature'])) ?? [];
      expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(60);
      expect(code).toBe(createHmac('sha256', webhookSecret).update(`${time}.${body}`).digest('hex'));
    }
    const documented = await readDocumentedPayload(server);
    for (const { body } of receiver.received) documented.parse(JSON.parse(body));
    expect(() => documented.parse({ id: 'dlv_1', type: 'job.state' })).toThrow('time');
    const last = receiver.received.find(({ payload }) => payload.job.state === 'succeeded');
    expect(last?.payload).toMatchObject({
      type: 'job.state',
      job: { id, name: 'succeed', environment: 'CartPole-v1', metadata: { run: 7 }, endedBy: 'targetReward' },
    });
    expect(last?.payload.job.progress.steps).toBe(2000);
    await vi.waitFor(async () => {
      const deliveries = await readDeliveries(server, id);
      expect(deliveries.map(({ jobState, state }) => [jobState, state])).toEqual(
        succeeded.toReversed().map((state) => [state, 'delivered']),
      );
      const ids = receiver.received.map(({ payload }) => payload.id);
      expect(deliveries.map((delivery) => delivery.id).sort()).toEqual(ids.sort());
      expect(deliveries[0]).toMatchObject({
        host: receiver.host,
        attempts: 1,
        status: 200,
        nextAttemptAt: null,
      });
    }, patience);
    expect(await readMetric(server, 'a3c_webhooks_delivered_total')).toBe(3);
    expect(await readMetric(server, 'a3c_webhooks_pending')).toBe(0);
  });

  it('that fails is told again, with the same id, until it answers well', async () => {
    const receiver = await startReceiver();
    const seen = new Map<string, number>();
    receiver.answer = (response, { payload }) => {
      const times = (seen.get(payload.id) ?? 0) + 1;
      seen.set(payload.id, times);
      response.writeHead(times < 3 ? 500 : 200).end();
    };
    const server = await startTestServer({ webhookUrl: [receiver.url], webhookSecret }, 'scripted', quick);
    const { id } = await server.postJob('succeed');
    await vi.waitFor(async () => {
      const deliveries = await readDeliveries(server, id);
      expect(deliveries.map(({ state, attempts, error }) => [state, attempts, error])).toEqual(
        Array(3).fill(['delivered', 3, null]),
      );
    }, patience);
    expect([...seen.values()]).toEqual([3, 3, 3]);
    expect(await readMetric(server, 'a3c_webhook_failed_attempts_total')).toBe(6);
  });

  it('that always fails is given up, and the job’s events say so', async () => {
    const receiver = await startReceiver();
    receiver.answer = (response) => response.writeHead(503).end();
    const settings = { webhookUrl: [receiver.url], webhookSecret };
    const server = await startTestServer(settings, 'scripted', { ...quick, maxAttempts: 2 });
    const { id } = await server.postJob('run');
    await vi.waitFor(async () => {
      expect(await readMetric(server, 'a3c_webhooks_given_up_total')).toBe(2);
    }, patience);
    const [newest] = await readDeliveries(server, id);
    expect(newest).toMatchObject({ state: 'failed', attempts: 2, status: 503, error: 'it answered 503' });
    const events = await (await server.get(`/jobs/${id}/events/newest?types=log`)).text();
    expect(events).toContain(
      `${receiver.host} was not told that the job is running: it answered 503 (2 attempts)`,
    );
    expect((await server.readJob(id)).state).toBe('running');
  });

  it('that hangs delays neither the job nor another receiver', async () => {
    const [hanging, other] = [await startReceiver(), await startReceiver()];
    hanging.answer = () => undefined;
    const server = await startTestServer({ webhookUrl: [hanging.url, other.url], webhookSecret });
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    await vi.waitFor(() => {
      expect(listStates(other, id)).toEqual(succeeded);
    }, patience);
    expect(hanging.received).toHaveLength(1);
    // Stops without waiting for it.
    await server.close();
  });

  it('gets names and metadata as they are', async () => {
    const receiver = await startReceiver();
    const server = await startTestServer({ webhookUrl: [receiver.url], webhookSecret });
    const name = 'a"\r\nx-injected: 1\r\n\r\n</script> \u0000 \u202e \u{1f600} =cmd|calc!A1';
    const { id } = await server.postJob(name, { metadata: { [name.slice(0, 60)]: name } });
    await vi.waitFor(() => {
      expect(listStates(receiver, id)).toContain('queued');
    }, patience);
    const [first] = receiver.received;
    expect(first?.payload.job).toMatchObject({ name, metadata: { [name.slice(0, 60)]: name } });
    expect(Object.keys(first?.headers ?? {})).not.toContain('x-injected');
  });
});

describe('the webhook of a job', () => {
  it('is told of that job only', async () => {
    const receiver = await startReceiver();
    const server = await startTestServer({ webhookHost: [receiver.host], webhookSecret });
    const other = await server.postJob('succeed');
    const { id, spec } = await server.postJob('succeed', { webhook: `${receiver.url}?key=1` });
    expect(spec.webhook).toBe(`${receiver.url}?key=1`);
    await vi.waitFor(() => {
      expect(listStates(receiver, id)).toEqual(succeeded);
    }, patience);
    expect(receiver.received[0]?.path).toBe('/hook?key=1');
    expect(listStates(receiver, other.id)).toEqual([]);
    // The address may contain a key.
    expect(await (await server.get(`/jobs/${id}/deliveries`)).text()).not.toContain('key');
  });

  it('must be at a host that the settings allow', async () => {
    const server = await startTestServer({ webhookHost: ['ci.example.com'], webhookSecret });
    for (const host of ['127.0.0.1:9', 'localhost', '169.254.169.254', 'ci.example.com:81', '[::1]']) {
      expect(await readRefusal(server, `http://${host}/`)).toEqual({
        status: 422,
        code: 'INVALID_JOB',
        errors: [
          {
            path: 'webhook',
            message: `this server posts only to hosts it was started with; --webhook-host ${host} adds this one`,
          },
        ],
      });
    }
    for (const webhook of ['ci.example.com', 'file:///etc/passwd', 'https://a:b@ci.example.com/', 7])
      expect(await readRefusal(server, webhook)).toMatchObject({
        status: 400,
        errors: [{ path: 'webhook' }],
      });
    const without = await startTestServer();
    expect(await readRefusal(without, 'https://ci.example.com/')).toMatchObject({
      status: 422,
      errors: [
        { message: 'this server sends no webhooks; start it with A3C_WEBHOOK_SECRET and --webhook-host' },
      ],
    });
  });

  it('by a name is not told where the name leads to this machine', async () => {
    const receiver = await startReceiver();
    const settings = { webhookHost: [`localhost:${receiver.port}`], webhookSecret };
    const webhook = `http://localhost:${receiver.port}/`;
    const server = await startTestServer(settings, 'scripted', { maxAttempts: 1 });
    const { id } = await server.postJob('run', { webhook });
    await vi.waitFor(async () => {
      const [delivery] = await readDeliveries(server, id);
      expect(delivery).toMatchObject({ state: 'failed', status: null });
      expect(delivery?.error).toMatch(/not public; --webhook-network allows its network$/);
    }, patience);
    expect(receiver.received).toEqual([]);
    const trusting = await startTestServer({ ...settings, webhookNetwork: ['127.0.0.0/8'] });
    await trusting.postJob('run', { webhook });
    await vi.waitFor(() => {
      expect(receiver.received.length).toBeGreaterThan(0);
    }, patience);
  });
});

describe('deliveries', () => {
  it('survive a server that is killed', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    const data = `${createTemporaryDirectory()}/data`;
    vi.stubEnv('A3C_WEBHOOK_SECRET', webhookSecret);
    vi.stubEnv('A3C_WEBHOOK_URL', `  ${receiver.url}`);
    const killed = await ServerProcess.start(data, ['--spare-master', 'false']);
    vi.unstubAllEnvs();
    const job = await killed.client.createJob({ environment: 'CartPole-v1', stop: { maxSteps: 1e9 } });
    await killed.kill();
    const again = await startReceiver(receiver.port);
    await startTestServer({ data, webhookUrl: [receiver.url], webhookSecret }, 'scripted', quick);
    await vi.waitFor(() => {
      expect(listStates(again, job.id)).toContain('queued');
    }, patience);
    expect(killed.output).not.toContain('/hook');
    expect(killed.output).not.toContain(webhookSecret);
  });

  it('wait in a queue that is limited, and changes of state do not wait for it', async () => {
    const receiver = await startReceiver();
    receiver.answer = () => undefined;
    const settings = { webhookUrl: [receiver.url], webhookSecret };
    const server = await startTestServer(settings, 'scripted', { maxPending: 2 });
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    expect(await readDeliveries(server, id)).toHaveLength(2);
    expect(await readMetric(server, 'a3c_webhooks_dropped_total')).toBe(1);
  });

  it('are deleted with their job', async () => {
    const receiver = await startReceiver();
    receiver.answer = (response) => response.writeHead(500).end();
    const server = await startTestServer({ webhookUrl: [receiver.url], webhookSecret });
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    expect((await readDeliveries(server, id)).length).toBe(3);
    expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
    expect((await server.get(`/jobs/${id}/deliveries`)).status).toBe(404);
    expect(await readMetric(server, 'a3c_webhooks_pending')).toBe(0);
  });

  it('to a host that is not allowed any more are not sent', async () => {
    const receiver = await startReceiver();
    const { port } = receiver;
    await receiver.close();
    const data = createTemporaryDirectory();
    const first = await startTestServer({ data, webhookHost: [receiver.host], webhookSecret });
    const { id } = await first.postJob('run', { webhook: receiver.url });
    await first.close();
    const again = await startReceiver(port);
    const settings = { data, webhookHost: ['ci.example.com'], webhookSecret };
    const second = await startTestServer(settings, 'scripted', { ...quick, maxAttempts: 2 });
    await vi.waitFor(async () => {
      const deliveries = await readDeliveries(second, id);
      expect(deliveries.map(({ state }) => state)).not.toContain('pending');
      expect(deliveries.at(-1)?.error).toMatch(/^this server posts only to hosts it was started with/);
    }, patience);
    expect(again.received).toEqual([]);
  });
});

it('a server whose webhooks could not be signed does not start', async () => {
  await expect(startTestServer({ webhookUrl: ['https://ci.example.com/'] })).rejects.toMatchObject({
    code: 'WEBHOOK_UNUSABLE',
  });
  await expect(startTestServer({ webhookUrl: ['ci.example.com'] })).rejects.toThrow(
    /^invalid settings: webhookUrl\.0: must be an address such as https/,
  );
});
