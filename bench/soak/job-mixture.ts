// Jobs as a busy server sees them: most train to their end, some are cancelled, paused or watched for a moment, models
// are downloaded, and old jobs are deleted.
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type Client, type Job, type JobState } from '../../src/index.ts';

const keptJobs = 20;
const finalStates: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled']);
const pollMs = 50;

/** What can happen to a job, each as often as the others. */
const courses = ['follow', 'cancel', 'pause', 'glance', 'deleteAtOnce'] as const;

export class JobMixture {
  /** How many jobs ended in each state. */
  readonly ended = new Map<JobState, number>();
  readonly #client: Client;
  readonly #url: string;
  readonly #finished: string[] = [];
  #posted = 0;

  constructor(client: Client, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /** Posts a job, lets happen to it what is due, and returns when it is over. */
  async playJob(): Promise<void> {
    const number = this.#posted;
    this.#posted += 1;
    const course = courses[number % courses.length] ?? 'follow';
    const { id } = await this.#client.createJob({
      environment: 'CartPole-v1',
      name: course,
      seed: number,
      workers: 1 + (number % 2),
    });
    await this.#take(course, id);
    const job = await this.#waitUntilFinished(id);
    this.ended.set(job.state, (this.ended.get(job.state) ?? 0) + 1);
    if (job.state === 'failed') throw new Error(`job ${id} failed: ${job.error?.message ?? 'no reason'}`);
    if (job.models.best !== null) await this.#download(id);
    if (course === 'deleteAtOnce') await this.#client.deleteJob(id);
    else await this.#keep(id);
  }

  async #take(course: (typeof courses)[number], id: string): Promise<void> {
    switch (course) {
      case 'follow':
        for await (const event of this.#client.events(id)) if (event.type === 'state') await sleep(1);
        return;
      case 'cancel':
        await sleep(400);
        await allowRefusal(this.#client.cancelJob(id));
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
    while ((await this.#client.getJob(id)).progress.steps === 0) await sleep(pollMs);
    await allowRefusal(this.#client.pauseJob(id));
    for (;;) {
      const { state } = await this.#client.getJob(id);
      if (finalStates.has(state)) return;
      if (state === 'paused') break;
      await sleep(pollMs);
    }
    await this.#client.resumeJob(id);
  }

  /** Opens a stream and leaves without a word. */
  async #glance(id: string, milliseconds: number): Promise<void> {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      for await (const event of this.#client.events(id, { signal })) if (event.type === 'log') await sleep(1);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #waitUntilFinished(id: string): Promise<Job> {
    for (;;) {
      const job = await this.#client.getJob(id);
      if (finalStates.has(job.state)) return job;
      await sleep(pollMs);
    }
  }

  async #download(id: string): Promise<void> {
    await this.#client.getModel(id);
    await this.#client.getMetrics(id);
    for (const path of [
      'plot.svg',
      'models/best/weights.bin',
      'models/latest/model.json',
      'events?limit=1000',
    ]) {
      const response = await fetch(`${this.#url}/jobs/${id}/${path}`);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`GET ${path} of job ${id} answered ${response.status}`);
    }
  }

  async #keep(id: string): Promise<void> {
    this.#finished.push(id);
    while (this.#finished.length > keptJobs) await this.#client.deleteJob(this.#finished.shift() ?? '');
  }
}

/** A job may have ended just before it was to be stopped. */
async function allowRefusal(call: Promise<Job>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  }
}
