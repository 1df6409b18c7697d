// Evaluations that clients ask for, played by a process that is written here.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { EvaluationService } from '../../../../src/server/evaluations/evaluation-service.ts';
import { JobLedger } from '../../../../src/server/jobs/job-ledger.ts';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import {
  createTemporaryDirectory,
  insertJob,
  openTemporaryStore,
} from '../../../fixtures/temporary-store.ts';

const wanted = { model: 'best', episodes: 2, seed: 1, deterministic: true } as const;
const patience = { timeout: 20_000 };

/** A service whose processes report the start and an episode after `allow(1)`, and the rest after `allow(2)`. */
function openService() {
  const directory = createTemporaryDirectory();
  const entry = join(directory, 'entry.mjs');
  const locateSignal = (step: number): string => join(directory, `step${step}`);
  writeFileSync(
    entry,
    `import { existsSync } from 'node:fs';
    const played = { type: 'episodes', returns: [3], lengths: [5] };
    const messages = {
      [${JSON.stringify(locateSignal(1))}]: [{ type: 'started', trainingSteps: 400 }, played],
      [${JSON.stringify(locateSignal(2))}]: [played, { type: 'finished' }],
    };
    process.once('message', () => {
      setInterval(() => {
        const [signal, due] = Object.entries(messages)[0] ?? [];
        if (signal === undefined || !existsSync(signal)) return;
        delete messages[signal];
        for (const message of due) process.send(message);
      }, 10);
    });`,
  );
  const logged: string[] = [];
  const store = openTemporaryStore();
  const jobId = insertJob(store);
  const job = { ...new JobLedger(store, new EventBus()).require(jobId), bestModelSteps: 400 };
  const service = new EvaluationService({
    entry,
    store,
    bus: new EventBus(),
    environments: new EnvironmentRegistry(builtInEnvironments),
    findJob: () => job,
    clientText: (text) => text,
    maxPlayed: 1,
    maxQueued: 1,
    log: pino({ level: 'error' }, { write: (line) => logged.push(line) }),
  });
  onTestFinished(() => {
    service.close();
  });
  service.start();
  const allow = (step: number): void => {
    writeFileSync(locateSignal(step), '');
  };
  return { service, store, jobId, logged, allow };
}

it('shows an evaluation that is played, and keeps what it shows', async () => {
  const { service, jobId, allow } = openService();
  const { id, trainingSteps } = await service.create(jobId, wanted);
  expect(trainingSteps).toBeNull();
  allow(1);
  await vi.waitFor(() => {
    expect(service.get(jobId, id)).toMatchObject({ state: 'running', trainingSteps: 400, returns: [3] });
  }, patience);
  allow(2);
  await vi.waitFor(() => {
    const scores = { trainingSteps: 400, returns: [3, 3], lengths: [5, 5], mean: 3, error: null };
    expect(service.get(jobId, id)).toMatchObject({ state: 'succeeded', ...scores });
  }, patience);
});

it('logs that an evaluation cannot be recorded, and survives it', async () => {
  const { service, store, jobId, logged, allow } = openService();
  await service.create(jobId, wanted);
  // The process has been started by then.
  await nextTurn();
  store.close();
  allow(1);
  allow(2);
  await vi.waitFor(() => {
    expect(logged.join('')).toContain('the end of an evaluation was not recorded');
  }, patience);
});
