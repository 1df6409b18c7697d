// Event files of a job, from what its masters report.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { EventFiles } from '../../../../src/server/jobs/event-files.ts';
import { JobLedger } from '../../../../src/server/jobs/job-ledger.ts';
import { JobRun } from '../../../../src/server/jobs/job-run.ts';
import { kernelChoice } from '../../../../src/shared/engines/engine-choice.ts';
import { readCurves, readTexts } from '../../../fixtures/event-files.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { ScriptedMaster } from '../../../fixtures/scripted-master-host.ts';
import {
  createTemporaryDirectory,
  insertJob,
  openTemporaryStore,
} from '../../../fixtures/temporary-store.ts';

function observeJob() {
  const directory = createTemporaryDirectory();
  const store = openTemporaryStore();
  const ledger = new JobLedger(store, new EventBus());
  const id = insertJob(store, { name: '../a job', webhook: 'https://ci.example.com/key' });
  const log = pino({ level: 'silent' });
  const eventFiles = new EventFiles({ directory, warn: vi.fn(), log });
  const storage = { recheck: () => Promise.resolve(null) };
  const start = (resumedAtSteps: number | null) => {
    const job = ledger.move(id, 'start');
    const master = new ScriptedMaster();
    const observer = eventFiles.observe(job);
    const run = new JobRun({ job, master, environmentOrigin: null, ledger, storage, observer, log });
    master.say({ type: 'started', resumedAtSteps, engine: kernelChoice });
    return {
      report: (steps: number) => {
        const figures = exampleFigures(steps);
        master.say({ type: 'figures', figures, curve: [figures], episodes: [] });
      },
      evaluate: (steps: number) => {
        const evaluation = { steps, mean: 9, standardDeviation: 1, min: 8, max: 10, episodes: 5 };
        master.say({ type: 'evaluation', evaluation, isBest: true });
      },
      finish: async (steps: number) => {
        master.say({ type: 'finished', reason: 'maxSteps', figures: exampleFigures(steps) });
        master.exit({ code: 0, signal: null });
        await run.ended;
        await eventFiles.close();
      },
      die: async () => {
        master.exit({ code: null, signal: 'SIGKILL' });
        await run.ended;
        await eventFiles.close();
      },
    };
  };
  return { run: join(directory, `a-job-${id}`), directory, ledger, id, start };
}

it('have the curve of all its masters, once', async () => {
  const { run, directory, start } = observeJob();
  const first = start(null);
  for (const steps of [1000, 2000, 3000]) first.report(steps);
  for (const steps of [1000, 2500]) first.evaluate(steps);
  await first.die();
  const second = start(2000);
  for (const steps of [2400, 2800]) second.report(steps);
  second.evaluate(2600);
  await second.finish(4000);
  expect(readdirSync(directory)).toHaveLength(1);
  const listSteps = (tag: string) =>
    readCurves(run)
      .get(tag)
      ?.map(({ step }) => step);
  expect(listSteps('reward/movingAverage')).toEqual([1000, 2000, 2400, 2800, 4000]);
  expect(listSteps('evaluation/mean')).toEqual([1000, 2600]);
});

it('do not contain the address of its webhook', async () => {
  const { run, start } = observeJob();
  await start(null).finish(100);
  const [settings] = readTexts(run, 'settings');
  expect(settings).toContain('metadata');
  expect(settings).not.toContain('webhook');
});
