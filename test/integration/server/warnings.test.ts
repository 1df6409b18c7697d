// Warnings of a master: they are events, and the job and the status show them until its next master starts.
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { jobEventRecordSchema } from '../../../src/shared/api/job-event.ts';
import { serverStatusSchema } from '../../../src/shared/api/server-status.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const warnings = [
  { code: 'MANY_GRADIENTS_REFUSED', message: 'much is wrong' },
  { code: 'NO_EPISODE_ENDED', message: 'nothing ends' },
];

it('a job that warns is shown with its warnings', async () => {
  const server = await startTestServer();
  const { id, warnings: none } = await server.postJob('warn');
  expect(none).toEqual([]);
  const expectWarnings = async (): Promise<void> => {
    await vi.waitFor(async () => expect((await server.readJob(id)).warnings).toEqual(warnings), {
      timeout: 40_000,
      interval: 20,
    });
  };
  await expectWarnings();
  const { jobs } = serverStatusSchema.parse(await (await server.get('/status')).json());
  expect(jobs.find((job) => job.id === id)?.warnings).toEqual(warnings);
  const readEvents = async () => {
    const page = z
      .object({ data: z.array(jobEventRecordSchema) })
      .parse(await (await server.get(`/jobs/${id}/events?limit=1000`)).json());
    return page.data.filter(({ type }) => type === 'warning').map(({ data }) => data);
  };
  const events = [{ code: 'MANY_GRADIENTS_REFUSED', message: 'little is wrong' }, ...warnings];
  expect(await readEvents()).toEqual(events);

  await server.post(`/jobs/${id}/pause`);
  expect((await server.waitFor(id, 'paused')).warnings).toEqual(warnings);
  await server.post(`/jobs/${id}/resume`);
  await vi.waitFor(async () => expect(await readEvents()).toEqual([...events, ...events]), {
    timeout: 40_000,
    interval: 20,
  });
  await expectWarnings();
  await server.post(`/jobs/${id}/cancel`);
});
