// Preloaded into the programs of a soak: writes now and then how much memory is alive, in bytes, after a collection. What
// the system counts for a process goes up in steps while V8 makes its heap larger, and hides a slow leak.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { liveMemoryDirectory } from './live-memory.ts';

const reportMs = 20_000;
const roles: readonly (string | undefined)[] = ['serve', 'trainer', 'worker'];

const directory = process.env[liveMemoryDirectory];
// Masters and players get the same options, and come and go.
if (isMainThread && directory !== undefined && roles.includes(process.argv[2])) {
  setFlagsFromString('--expose-gc');
  setInterval(() => {
    // Only contexts that are made after the flag was set have it.
    runInNewContext('gc()');
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(join(directory, String(process.pid)), String(heapUsed + external));
  }, reportMs).unref();
}
