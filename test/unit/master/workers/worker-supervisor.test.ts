// The supervisor of workers on a host that does as it is told: what it replaces, refuses and gives up.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { EvaluationAssignment } from '../../../../src/master/evaluation/evaluation-task.ts';
import { EnvironmentTimeoutError } from '../../../../src/master/workers/environment-timeout-error.ts';
import { WorkerLostError } from '../../../../src/master/workers/worker-lost-error.ts';
import { WorkerSupervisor } from '../../../../src/master/workers/worker-supervisor.ts';
import { kernelChoice } from '../../../../src/shared/engines/engine-choice.ts';
import { AppError } from '../../../../src/shared/errors/app-error.ts';
import type { NetworkShape } from '../../../../src/shared/network/parameter-layout.ts';
import {
  createGradientBuffer,
  type GradientOrigin,
} from '../../../../src/shared/protocol/gradient-buffer.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { ScriptedWorkerHost } from '../../../fixtures/scripted-worker-host.ts';

const shape = { parameters: 3, episodes: 1, moments: 0 };
const network: NetworkShape = {
  network: { shared: true, layers: [], initialization: 'orthogonal' },
  observationShape: [1],
  policyOutputs: 1,
};
const job = { jobId: 'job_5269eyvsz227khocwtg5', epoch: 2 };
const states = [{ environments: [], algorithm: { noise: [1] } }, null];

class UserError extends AppError {
  readonly code = 'ENVIRONMENT_FAILED';
}

function supervise({
  resumed = { states: [], version: 0 },
}: { resumed?: { states: typeof states | []; version: number } } = {}) {
  const host = new ScriptedWorkerHost();
  const clock = { nowMs: 0 };
  const heard: unknown[] = [];
  const workers = new WorkerSupervisor({
    host,
    plan: {
      spec: { ...exampleSpec, workers: 2 },
      environmentOrigin: null,
      isSynchronous: false,
      network,
      engine: kernelChoice,
      shape,
      buffers: 2,
    },
    job,
    random: Random.fromSeed(1),
    logger: pino({ level: 'silent' }),
    now: () => clock.nowMs,
  });
  workers.start(
    {
      onGradient: (worker, buffer) => heard.push(['gradient', worker, buffer]),
      onState: (worker, state) => heard.push(['state', worker, state]),
      onPresence: () => undefined,
      onReplaced: (worker) => heard.push(['replaced', worker]),
      onFailure: (error) => heard.push(['failure', error]),
    },
    resumed,
  );
  return { host, workers, heard, clock };
}

function fill(origin: Partial<GradientOrigin>, bytes = shape): ArrayBuffer {
  return createGradientBuffer(bytes, { ...job, worker: 0, incarnation: 0, ...origin });
}

describe('gradients', () => {
  it('reach the listener with their worker, and their buffers go back to it', () => {
    const { host, workers, heard } = supervise();
    const buffer = fill({ worker: 1 });
    host.launches[1]?.listener.onGradient(buffer);
    expect(heard).toEqual([['gradient', 1, buffer]]);
    workers.returnBuffer(1, buffer);
    expect(host.launches.map(({ returned }) => returned)).toEqual([[], [buffer]]);
  });

  it.each([
    ['of another job', fill({ jobId: 'job_jw1cauo0q496wu89m3tm' })],
    ['of an earlier master', fill({ epoch: 1 })],
    ['of another worker', fill({ worker: 1 })],
    ['of a worker that was replaced', fill({ incarnation: 1 })],
    ['of another size', fill({}, { ...shape, parameters: 4 })],
    ['without anything in them', new ArrayBuffer(0)],
  ])('%s are refused', (_, buffer) => {
    const { host, heard } = supervise();
    host.launches[0]?.listener.onGradient(buffer);
    expect(heard).toEqual([]);
    host.launches[0]?.listener.onGradient(fill({}));
    expect(heard).toHaveLength(1);
  });
});

describe('a worker that dies', () => {
  it('is cut off and replaced by one with another random stream', async () => {
    const { host, workers, heard } = supervise();
    const [first, other] = host.launches;
    await first?.fail(new Error('its thread is gone'));
    expect(heard).toEqual([['replaced', 0]]);
    expect(workers.restarts).toBe(1);
    expect(first?.isDisconnected).toBe(true);
    expect(other?.isDisconnected).toBe(false);
    const [, , next] = host.launches;
    expect(next?.assignment.origin).toEqual({ ...job, worker: 0, incarnation: 1 });
    expect(next?.assignment.randomState).not.toEqual(first?.assignment.randomState);
  });

  it('takes what it sent late with it', async () => {
    const { host, heard } = supervise();
    await host.launches[0]?.fail(new Error('its thread is gone'));
    host.launches[2]?.listener.onGradient(fill({ incarnation: 0 }));
    expect(heard).toEqual([['replaced', 0]]);
    host.launches[2]?.listener.onGradient(fill({ incarnation: 1 }));
    expect(heard).toHaveLength(2);
  });

  it('fails the job when it does so four times in a row', async () => {
    const { host, heard } = supervise();
    for (const number of ['first', 'second', 'third', 'fourth'])
      await host.launches.at(-1)?.fail(new Error(`the ${number}`));
    expect(heard).toEqual([
      ['replaced', 1],
      ['replaced', 1],
      ['replaced', 1],
      ['failure', expect.objectContaining({ message: 'the fourth' })],
    ]);
  });

  it('does not fail the job when it is lost, however often, but counts it', async () => {
    const { host, workers, heard } = supervise();
    for (let time = 0; time < 10; time += 1)
      await host.launches.at(-1)?.fail(new WorkerLostError(1, 'has left'));
    expect(heard).toEqual(Array<unknown>(10).fill(['replaced', 1]));
    expect(workers.restarts).toBe(10);
  });

  it('begins a new row once it has sent gradients for five seconds', async () => {
    const { host, workers, heard, clock } = supervise();
    for (let incarnation = 0; incarnation < 6; incarnation += 1) {
      const worker = host.launches.at(-1);
      worker?.listener.onGradient(fill({ worker: 1, incarnation }));
      clock.nowMs += 5_001;
      worker?.listener.onGradient(fill({ worker: 1, incarnation }));
      await worker?.fail(new Error('again'));
    }
    expect(workers.restarts).toBe(6);
    expect(heard.filter((entry) => Array.isArray(entry) && entry[0] === 'failure')).toEqual([]);
  });

  it('does not count the time before its first gradient', async () => {
    const { host, heard, clock } = supervise();
    for (let incarnation = 0; incarnation < 4; incarnation += 1) {
      clock.nowMs += 60_000;
      host.launches.at(-1)?.listener.onGradient(fill({ worker: 1, incarnation }));
      await host.launches.at(-1)?.fail(new Error('again'));
    }
    expect(heard.at(-1)).toEqual(['failure', expect.objectContaining({ message: 'again' })]);
  });

  it('is let go once the workers were told to stop', async () => {
    const { host, workers, heard } = supervise();
    const stopped = workers.stop(60_000);
    expect(host.isStopped).toBe(true);
    await host.launches[0]?.fail(new Error('on its way out'));
    host.launches[1]?.end();
    await stopped;
    expect(heard).toEqual([]);
    expect(host.launches).toHaveLength(2);
  });
});

describe('a worker whose environment throws', () => {
  it('fails the job at once, and others that fail later are not replaced', async () => {
    const { host, heard } = supervise();
    const error = new UserError('step threw');
    await host.launches[0]?.fail(error);
    await host.launches[1]?.fail(new Error('died of it'));
    expect(heard).toEqual([['failure', error]]);
    expect(host.launches).toHaveLength(2);
  });

  it('is replaced where it only hung', async () => {
    const { host, heard } = supervise();
    await host.launches[0]?.fail(new EnvironmentTimeoutError(exampleSpec));
    expect(heard).toEqual([['replaced', 0]]);
  });
});

describe('resumed workers', () => {
  it('continue from their states with random streams of their own', () => {
    const { host } = supervise({ resumed: { states, version: 70 } });
    const fresh = supervise();
    expect(host.launches.map(({ assignment }) => assignment.initialState)).toEqual(states);
    expect(host.launches.map(({ assignment }) => assignment.origin.incarnation)).toEqual([70, 70]);
    const streams = [...host.launches, ...fresh.host.launches].map(
      ({ assignment }) => assignment.randomState,
    );
    expect(new Set(streams.map(String)).size).toBe(4);
  });
});

describe('an evaluation', () => {
  const outcomes = { returns: [1], lengths: [2] };
  const assignment: EvaluationAssignment = {
    environment: exampleSpec.environment,
    environmentOrigin: null,
    wrappers: exampleSpec.wrappers,
    timeoutSeconds: 60,
    network,
    engine: kernelChoice,
    policy: exampleSpec.policy,
    parameters: new Float32Array(2),
    episodes: 1,
    randomState: [1, 2, 3, 4],
  };

  it('that hangs is played once more', async () => {
    const { host, workers } = supervise();
    host.evaluations.push(
      () => Promise.reject(new EnvironmentTimeoutError(exampleSpec)),
      () => Promise.resolve(outcomes),
    );
    await expect(workers.evaluate(assignment)).resolves.toEqual(outcomes);
    expect(workers.restarts).toBe(1);
  });

  it('that throws, or hangs twice, fails', async () => {
    const { host, workers } = supervise();
    const error = new UserError('reset threw');
    host.evaluations.push(() => Promise.reject(error));
    await expect(workers.evaluate(assignment)).rejects.toBe(error);
    const hangs = () => Promise.reject(new EnvironmentTimeoutError(exampleSpec));
    host.evaluations.push(hangs, hangs);
    await expect(workers.evaluate(assignment)).rejects.toThrow(EnvironmentTimeoutError);
  });

  it('that the end of the run interrupts is not played again', async () => {
    const { host, workers } = supervise();
    host.evaluations.push(async () => {
      await workers.close();
      throw new Error('interrupted');
    });
    await expect(workers.evaluate(assignment)).rejects.toThrow('interrupted');
    expect(host.isClosed).toBe(true);
  });
});
