// Setup of every fuzz worker: a thread that kills the process if it grows too large or hangs. A timer would not work,
// because a test may block the event loop.
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, inject } from 'vitest';

const watch = new Worker(new URL('watch-thread.ts', import.meta.url), { workerData: inject('watchLimits') });
watch.unref();

beforeEach(({ task }) => watch.postMessage(`${task.file.name} > ${task.fullTestName}`));
afterEach(({ task }) => watch.postMessage(`${task.file.name}, after ${task.fullTestName}`));
