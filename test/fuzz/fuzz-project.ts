// Test project of the fuzz tests: every worker has limits of memory and time, because generated input may do
// anything.
import { join } from 'node:path';
import { fuzzTimeoutMs } from './runs.ts';
import type { WatchLimits } from './watch-thread.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly watchLimits: WatchLimits;
  }
}

/** For the objects of V8. Buffers lie outside its heap, so the watch looks at the whole process. */
const maxHeapMegabytes = 1024;

/** Time in which Vitest itself ends a test that hangs but lets timers run. */
const graceMs = 30_000;

export const fuzzProject = {
  testTimeout: fuzzTimeoutMs,
  hookTimeout: fuzzTimeoutMs,
  execArgv: [`--max-old-space-size=${maxHeapMegabytes}`],
  setupFiles: [join(import.meta.dirname, 'watch-worker.ts')],
  provide: { watchLimits: { maxResidentMegabytes: 1536, maxSilenceMs: fuzzTimeoutMs + graceMs } },
};
