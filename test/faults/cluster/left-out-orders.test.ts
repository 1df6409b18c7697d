// A trainer that is not told of orders: here it has no right to watch them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endless, expectProgress } from '../../fixtures/expect-progress.ts';
import { hasNatsServer, startNatsServer, thisMachine } from '../../fixtures/nats-server.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { startTrainerProcess } from '../../fixtures/worker-process.ts';

const configuration = `
authorization {
  users: [
    { user: anyone, password: anyone }
    { user: trainer, password: trainer, permissions: {
      publish: { deny: "$JS.API.CONSUMER.CREATE.KV_a3c_records.>" }
    } }
  ]
}
no_auth_user: anyone
`;

describe.skipIf(!hasNatsServer)('an order that NATS does not deliver', { timeout: 120_000 }, () => {
  it('is read all the same', async () => {
    const file = join(createTemporaryDirectory(), 'nats.conf');
    writeFileSync(file, configuration);
    const nats = await startNatsServer({ ...thisMachine, flags: ['--config', file] });
    const server = await startTestServer({ nats: nats.address, train: false });
    const address = nats.address.replace('//', '//trainer:trainer@');
    const trainer = startTrainerProcess(address);
    const { id } = await server.postJob('job', endless);
    await server.waitFor(id, 'running');
    await expectProgress(server, id);
    expect(trainer.log()).toContain('orders cannot be watched');
    await server.post(`/jobs/${id}/pause`);
    await server.waitFor(id, 'paused');
    await server.post(`/jobs/${id}/resume`);
    await server.waitFor(id, 'running');
    await expectProgress(server, id);
    await server.post(`/jobs/${id}/cancel`);
    await server.waitFor(id, 'cancelled');
  });
});
