// WebSocket of a policy: how many messages are answered at a time.
import { once } from 'node:events';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ActionSocket } from '../../../../../src/server/http/sockets/action-socket.ts';
import { CallRate } from '../../../../../src/server/http/access/call-rate.ts';
import type { ActionsReply } from '../../../../../src/server/policies/policy-service.ts';
import { jobIdSchema } from '../../../../../src/shared/job/job.ts';

const patience = { timeout: 10_000, interval: 5 };

it('reads no more while it answers sixteen messages, and goes on afterwards', async () => {
  const server = new WebSocketServer({ port: 0 });
  onTestFinished(() => {
    server.close();
  });
  const open: ((reply: ActionsReply) => void)[] = [];
  const sockets: WebSocket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    new ActionSocket(socket, {
      jobId: jobIdSchema.parse('job_00000000000000000001'),
      caller: 'full',
      policies: { answerMessage: async () => await new Promise((resolve) => open.push(resolve)) },
      rate: new CallRate(1_000),
      limits: { heartbeatMs: 1_000_000, stallLimitMs: 1_000_000 },
      describeError: () => ({ type: 'about:blank', title: 'wrong', status: 400, code: 'WRONG', detail: '' }),
      log: pino({ level: 'silent' }),
    });
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  onTestFinished(() => {
    client.terminate();
  });
  await once(client, 'open');
  const answers: string[] = [];
  client.on('message', (data: unknown) => answers.push(String(data)));
  // Each is larger than a piece of data that the server reads.
  for (let count = 0; count < 40; count += 1) client.send(' '.repeat(200_000));
  await vi.waitFor(() => expect(sockets[0]?.isPaused).toBe(true), patience);
  expect(open).toHaveLength(16);
  for (let answered = 0; answered < 40; answered += 1) {
    await vi.waitFor(() => expect(open.length).toBeGreaterThan(answered), patience);
    expect(open.length - answered).toBeLessThanOrEqual(16);
    open[answered]?.({ text: `"actions":[${answered}]`, id: answered });
  }
  await vi.waitFor(() => expect(answers).toHaveLength(40), patience);
  expect(answers[39]).toBe('{"id":39,"actions":[39]}');
});
