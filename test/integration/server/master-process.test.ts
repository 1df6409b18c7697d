// The process of a master, whose messages and whose end arrive on different ways.
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { MasterProcess } from '../../../src/trainer/masters/master-process.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { scriptedMaster } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

function startMaster(): MasterProcess {
  const directory = createTemporaryDirectory();
  return new MasterProcess({
    entry: scriptedMaster,
    locateJob: () => directory,
    log: pino({ level: 'silent' }),
  });
}

function assign(name: string) {
  return {
    jobId: 'job_1',
    attempt: 1,
    spec: { ...exampleSpec, name },
    environmentOrigin: null,
    logLevel: 'silent',
  };
}

/** Keeps this thread busy, so that it reads nothing. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

it('has said everything before it is gone, also where another master ends at the same time', async () => {
  const [first, second] = [startMaster(), startMaster()];
  const heard: string[] = [];
  await second.start(assign('run'), ({ type }) => heard.push(type));
  await first.start(assign('succeed'), ({ type }) => {
    // The end of the first is seen, and with it the end of the second, whose last messages are not read yet.
    if (type !== 'finished') return;
    void second.stop('cancelled', 60_000);
    block(1_000);
  });
  block(1_000);
  expect(await second.exited).toEqual({ code: 0, signal: null });
  expect(heard.at(-1)).toBe('finished');
});
