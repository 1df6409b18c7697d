// Output of environments in the server's log: a field of the server's own lines, wherever it is printed.
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ServerProcess } from '../../fixtures/faults/server-process.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const environments = join(import.meta.dirname, '../../fixtures/environments/forging');
const lineSchema = z.object({
  level: z.int(),
  msg: z.string(),
  jobId: z.string().optional(),
  output: z.string().optional(),
});

it('lets no environment forge lines of the log, nor flood it', { timeout: 200_000 }, async () => {
  let output = '';
  const data = join(createTemporaryDirectory(), 'data');
  const server = await ServerProcess.start(data, ['--environments', environments], {
    onOutput: (text) => {
      output += text;
    },
  });
  // Its address stands in the first lines of the output, of which only the last are kept.
  const { client } = server;
  const { id } = await client.createJob({
    environment: 'Forges-v0',
    workers: 1,
    stop: { maxSteps: 2_000 },
    evaluation: { episodes: 1 },
  });
  await vi.waitFor(async () => expect((await client.getJob(id)).state).toBe('succeeded'), {
    timeout: 150_000,
    interval: 100,
  });
  await server.stop();
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
  expect(lines.map(({ msg }) => msg)).not.toContain('forged');
  const prints = lines.filter(({ msg }) => msg === 'environment printed');
  expect(new Set(prints.map(({ level }) => level))).toEqual(new Set([30]));
  const ofJob = prints.filter(({ jobId }) => jobId === id).map(({ output: text }) => text ?? '');
  expect(ofJob).toContain('{"level":60,"time":1,"msg":"forged"}');
  expect(ofJob).toContain('half a line');
  expect(ofJob.some((text) => text.startsWith('\u001b[2J'))).toBe(true);
  expect(ofJob.some((text) => /^flood x+… [\d,]+ more characters$/.test(text))).toBe(true);
  // Imported into the server and into the master too.
  expect(prints.some(({ jobId }) => jobId === undefined)).toBe(true);
  expect(lines.map(({ msg }) => msg)).toContain('environment printed more than is logged');
  expect(output.length).toBeLessThan(5_000_000);
});
