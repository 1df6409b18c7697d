// Mixture of jobs as on a busy server: most train to their end, some are cancelled, paused or watched for a moment,
// models are downloaded, and old jobs are deleted.
import { setTimeout as sleep } from 'node:timers/promises';
import { A3CApiError, type A3CClient, type Job, type JobState } from '../../src/index.ts';

const keptJobs = 20;
const finalStates: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled']);
const pollMs = 50;

/** A server on a machine that is overloaded says so for a while; how often it is asked again, once a second. */
const busyRetries = 60;

/** What can happen to a job, each as often as the others. */
const courses = ['follow', 'cancel', 'pause', 'glance', 'deleteAtOnce'] as const;

export class JobMixture {
  /** How many jobs ended in each state. */
  readonly ended = new Map<JobState, number>();
  /** Answers of a server that was overloaded for the moment. */
  busyAnswers = 0;
  readonly #client: A3CClient;
  readonly #remoteWorkers: number;
  readonly #finished: string[] = [];
  #posted = 0;

  /** Every second job has two workers, of which `remoteWorkers` are on other machines. */
  constructor(client: A3CClient, remoteWorkers = 0) {
    this.#client = client;
    this.#remoteWorkers = remoteWorkers;
  }

  /** Posts a job, lets happen to it what is due, and returns when it is over. */
  async playJob(): Promise<void> {
    const number = this.#posted;
    this.#posted += 1;
    const course = courses[number % courses.length] ?? 'follow';
    const isLarge = number % 2 === 1;
    const request = {
      environment: 'CartPole-v1',
      name: course,
      seed: number,
      workers: isLarge ? 2 : 1,
      ...(isLarge && this.#remoteWorkers > 0 && { remoteWorkers: this.#remoteWorkers }),
    };
    const { id } = await this.#retry(() => this.#client.createJob(request));
    await this.#take(course, id);
    const job = await this.#waitUntilFinished(id);
    this.ended.set(job.state, (this.ended.get(job.state) ?? 0) + 1);
    if (job.state === 'failed') throw new Error(`job ${id} failed: ${job.error?.message ?? 'no reason'}`);
    if (job.models.best !== null) await this.#retry(() => this.#download(id));
    if (course === 'deleteAtOnce') await this.#delete(id);
    else await this.#keep(id);
  }

  async #take(course: (typeof courses)[number], id: string): Promise<void> {
    switch (course) {
      case 'follow':
        await this.#retry(async () => {
          for await (const event of this.#client.events(id)) if (event.type === 'state') await sleep(1);
        });
        return;
      case 'cancel':
        await sleep(400);
        await allowRefusal(this.#retry(() => this.#client.cancelJob(id)));
        return;
      case 'pause':
        await this.#pauseAndResume(id);
        return;
      case 'glance':
        await Promise.all([1, 2, 3].map((tenths) => this.#glance(id, tenths * 100)));
        return;
      case 'deleteAtOnce':
        return;
    }
  }

  async #pauseAndResume(id: string): Promise<void> {
    while ((await this.#read(id)).progress.steps === 0) await sleep(pollMs);
    await allowRefusal(this.#retry(() => this.#client.pauseJob(id)));
    for (;;) {
      const { state } = await this.#read(id);
      if (finalStates.has(state)) return;
      if (state === 'paused') break;
      await sleep(pollMs);
    }
    await this.#retry(() => this.#client.resumeJob(id));
  }

  /** Opens a stream and leaves without a word. */
  async #glance(id: string, milliseconds: number): Promise<void> {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      for await (const event of this.#client.events(id, { signal })) if (event.type === 'log') await sleep(1);
    } catch (error) {
      if (!signal.aborted && !isBusy(error)) throw error;
    }
  }

  #read(id: string): Promise<Job> {
    return this.#retry(() => this.#client.getJob(id));
  }

  #delete(id: string): Promise<void> {
    return this.#retry(() => this.#client.deleteJob(id));
  }

  async #retry<Result>(call: () => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isBusy(error) || attempt >= busyRetries) throw error;
        this.busyAnswers += 1;
        await sleep(1000);
      }
    }
  }

  async #waitUntilFinished(id: string): Promise<Job> {
    for (;;) {
      const job = await this.#read(id);
      if (finalStates.has(job.state)) return job;
      await sleep(pollMs);
    }
  }

  async #download(id: string): Promise<void> {
    await this.#client.getModel(id);
    await this.#client.getMetrics(id);
    await this.#client.getPlot(id);
    await this.#client.downloadModel(id, 'best/weights.bin');
    await this.#client.downloadModel(id, 'latest/model.json');
    await this.#client.listEvents(id, { limit: 1000 });
  }

  async #keep(id: string): Promise<void> {
    this.#finished.push(id);
    while (this.#finished.length > keptJobs) await this.#delete(this.#finished.shift() ?? '');
  }
}

/** A job may have ended just before it was to be stopped. */
async function allowRefusal(call: Promise<Job>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof A3CApiError) || error.status !== 409) throw error;
  }
}

function isBusy(error: unknown): boolean {
  // 408: the server had no time to read the request.
  return error instanceof A3CApiError && (error.status === 503 || error.status === 408);
}
