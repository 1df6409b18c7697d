// Thread that watches the process it is in, and kills it with a line that says why.
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

const watchLimitsSchema = z.strictObject({
  /** What the process may take of the machine's memory, buffers included. */
  maxResidentMegabytes: z.number().positive(),
  /** Time that one test or hook may take. */
  maxSilenceMs: z.number().positive(),
});
export type WatchLimits = z.infer<typeof watchLimitsSchema>;

const intervalMs = 50;

const { maxResidentMegabytes, maxSilenceMs } = watchLimitsSchema.parse(workerData);
let doing = 'before the first test';
let heardAt = performance.now();

parentPort?.on('message', (message: unknown) => {
  doing = String(message);
  heardAt = performance.now();
});

setInterval(() => {
  const residentMegabytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
  if (residentMegabytes > maxResidentMegabytes)
    kill(`takes ${residentMegabytes} MiB of memory, more than ${maxResidentMegabytes}`);
  const silenceMs = performance.now() - heardAt;
  if (silenceMs > maxSilenceMs) kill(`hangs: nothing ended for ${Math.round(silenceMs / 1000)} s`);
}, intervalMs);

function kill(reason: string): void {
  writeSync(2, `\nA fuzz worker ${reason}. Killed in ${doing}\n`);
  process.kill(process.pid, 'SIGKILL');
}
