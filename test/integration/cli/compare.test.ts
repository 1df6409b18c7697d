// a3c compare: jobs of a server beside directories of a3c train.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../fixtures/command-line.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const scoreSchema = z.object({ count: z.int(), mean: z.number().nullable(), interval: z.unknown() });
const comparisonSchema = z.object({
  groups: z.array(
    z.object({
      group: z.string(),
      movingAverage: scoreSchema,
      runs: z.array(
        z.object({ id: z.string(), seed: z.int(), curve: z.array(z.object({ steps: z.int() })) }),
      ),
    }),
  ),
  differences: z.array(z.object({ path: z.string(), values: z.array(z.unknown()) })),
});

it('groups runs by their settings, and shows what differs', async () => {
  const directory = createTemporaryDirectory();
  const server = await startTestServer();
  const { id } = await server.postJob('succeed', { environment: 'Identity-v0' });
  await server.waitFor(id, 'succeeded');
  const train = ['train', 'Identity-v0', '--seed', '1', '--workers', '1', '--output', 'r1'];
  const limits = ['--stop.max-steps', '4000', '--stop.target-reward', 'null'];
  expect((await runCommand([...train, ...limits], { directory })).code).toBe(0);
  for (const copy of ['r2', 'bare'])
    cpSync(join(directory, 'r1'), join(directory, copy), { recursive: true });
  const job = join(directory, 'r2/job.json');
  writeFileSync(job, readFileSync(job, 'utf8').replace('"seed": 1', '"seed": 2'));
  rmSync(join(directory, 'bare/curve.json'));

  const named = ['compare', './r1', 'r2', 'succeed', id, 'bare', '--url', server.url];
  const text = await runCommand(named, { directory });
  expect([text.code, text.stderr]).toEqual([0, '']);
  const lines = text.stdout.split('\n');
  expect(lines.slice(1, 5).map((line) => line.split(/ +/).slice(0, 2))).toEqual([
    ['A', './r1'],
    ['A', 'r2'],
    ['A', 'bare'],
    ['B', id],
  ]);
  expect(text.stdout).toMatch(/\nA +.*\(3 runs\) +[\d.]+ +[\d.]+ to [\d.]+ /);
  expect(text.stdout).toMatch(/\nstop\.maxSteps +4000 +\d+\n/);
  expect(text.stdout).toMatch(/A: moving average, mean of 2 runs\n *[\d.]+ [\u2800-\u28ff]{60}/);

  const json = comparisonSchema.parse(
    JSON.parse((await runCommand([...named, '--json'], { directory })).stdout),
  );
  expect(json.groups.map(({ group, runs }) => [group, runs.map((run) => run.id)])).toEqual([
    ['A', ['./r1', 'r2', 'bare']],
    ['B', [id]],
  ]);
  const [group] = json.groups;
  expect(group?.movingAverage).toMatchObject({ count: 2 });
  expect(group?.movingAverage.mean).toBeGreaterThan(0);
  expect(group?.runs[0]?.curve.at(-1)?.steps).toBeGreaterThanOrEqual(4000);
  expect(group?.runs[2]?.curve).toEqual([]);
  expect(json.differences.map(({ path }) => path)).toContain('stop.maxSteps');
});

it('says what cannot be compared', async () => {
  const directory = createTemporaryDirectory();
  const { code, stdout, stderr } = await runCommand(['compare', './nothing'], { directory });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^error: there is no training in \.\/nothing: it has no job\.json\n/);
});
