// Metrics for Prometheus, and the dashboard that draws them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';

/** Values by name and labels, as they are written. */
async function readMetrics(server: TestServer): Promise<Map<string, number>> {
  const response = await server.get('/metrics');
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(.*) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

it('has the jobs in each state, and the figures of those that run', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('run');
  await server.waitFor(id, 'running');
  const labels = `{job="${id}",environment="CartPole-v1",algorithm="a3c"}`;
  await expect.poll(async () => (await readMetrics(server)).get(`a3c_job_steps${labels}`)).toBe(100);
  const running = await readMetrics(server);
  expect(running.get('a3c_jobs{state="running"}')).toBe(1);
  expect(running.get('a3c_jobs{state="queued"}')).toBe(0);
  expect(running.get(`a3c_job_progress${labels}`)).toBe(0.5);
  expect(running.get('a3c_storage_ok')).toBe(1);
  expect(running.get('a3c_data_bytes')).toBeGreaterThan(0);
  expect(running.get('a3c_disk_free_bytes')).toBeGreaterThan(0);
  expect(running.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  await server.post(`/jobs/${id}/cancel`);
  await server.waitFor(id, 'cancelled');
  const after = await readMetrics(server);
  expect(after.get('a3c_jobs{state="cancelled"}')).toBe(1);
  expect([...after.keys()].filter((name) => name.includes(id))).toEqual([]);
});

it('needs a token where the server has one', async () => {
  const server = await startTestServer({ token: 'secret', readToken: 'look-only' });
  expect((await server.get('/metrics')).status).toBe(401);
  expect((await server.get('/metrics', { authorization: 'Bearer look-only' })).status).toBe(200);
});

it('the dashboard for Grafana draws metrics that exist', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('run');
  await server.waitFor(id, 'running');
  await expect.poll(async () => [...(await readMetrics(server)).keys()].join()).toContain(id);
  const names = new Set([...(await readMetrics(server)).keys()].map((name) => name.replace(/\{.*/, '')));
  const dashboard = z.object({
    panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
  });
  const path = join(import.meta.dirname, '../../../docs/grafana-dashboard.json');
  const { panels } = dashboard.parse(JSON.parse(readFileSync(path, 'utf8')));
  const drawn = panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/(?:a3c|nodejs|process)_\w+/g) ?? []),
  );
  expect(drawn.length).toBeGreaterThan(9);
  expect(drawn.filter((name) => !names.has(name))).toEqual([]);
});

it('docs/integrations.md and the guide name metrics that exist, the former all of them', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('run');
  await server.waitFor(id, 'running');
  await expect.poll(async () => [...(await readMetrics(server)).keys()].join()).toContain(id);
  // Some are there with NATS only, which may be away.
  const inCluster = await startTestServer({ nats: 'nats://127.0.0.1:9' });
  const names = new Set<string>();
  for (const source of [server, inCluster]) {
    const response = await (await source.get('/metrics')).text();
    // Also those without a value yet.
    for (const [, name = ''] of response.matchAll(/^# TYPE (a3c_\w+) /gm)) names.add(name);
  }
  const readNames = (page: string): Set<string> => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs', page), 'utf8');
    return new Set([...text.matchAll(/`(a3c_\w+)[`{]/g)].map(([, name = '']) => name));
  };
  expect(readNames('integrations.md')).toEqual(names);
  const warnings = readNames('guides/production.md');
  expect(warnings.size).toBeGreaterThan(5);
  expect([...warnings].filter((name) => !names.has(name))).toEqual([]);
});
