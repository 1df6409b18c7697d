// Jobs in every stable state. Their answers are compared after each request, because a refused request must change
// nothing.
import type { Job, JobState } from '../../../src/shared/job/job.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import type { FuzzedServer } from './fuzzed-server.ts';

const restingStates = ['succeeded', 'failed', 'paused', 'cancelled', 'queued'] as const;

export class WitnessJobs {
  readonly #server: FuzzedServer;
  readonly #answers = new Map<string, string>();

  private constructor(server: FuzzedServer) {
    this.#server = server;
  }

  /** Lets some jobs end, then keeps the only master busy, so that nothing changes by itself from then on. */
  static async create(server: FuzzedServer): Promise<WitnessJobs> {
    const witnesses = new WitnessJobs(server);
    await witnesses.#post('write-model', 'succeeded');
    await witnesses.#post('fail', 'failed');
    await witnesses.#post('run', 'running');
    await witnesses.replenish();
    return witnesses;
  }

  /** The id for a number; one in four is nobody's. The busy job is none of them. */
  choose(index: number): string {
    const ids = [...this.#answers.keys()];
    return index % 4 === 3 ? 'job_00000000000000000000' : (ids[index % ids.length] ?? '');
  }

  /** Ids of witnesses whose answer is another than it was. */
  async findChanged(): Promise<string[]> {
    const changed: string[] = [];
    for (const [id, before] of this.#answers) if ((await this.#read(id)) !== before) changed.push(id);
    return changed;
  }

  /** Takes what was changed on purpose as it is now. */
  async accept(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#answers.delete(id);
      const text = await this.#read(id);
      if (text.includes(`"id":"${id}"`)) this.#answers.set(id, text);
    }
    await this.replenish();
  }

  /** Posts jobs for states that none is in any more; those of masters' making are not made again. */
  async replenish(): Promise<void> {
    const states = new Set<JobState>();
    for (const text of this.#answers.values()) states.add(jobSchema.parse(JSON.parse(text)).state);
    for (const state of restingStates) if (!states.has(state)) await this.#make(state);
  }

  async #make(state: (typeof restingStates)[number]): Promise<void> {
    if (state === 'succeeded' || state === 'failed') return;
    const { id } = await this.#post('run', 'queued');
    const call = { paused: 'pause', cancelled: 'cancel', queued: null }[state];
    if (call !== null) await this.#server.inject({ method: 'POST', url: `/jobs/${id}/${call}` });
    this.#answers.set(id, await this.#read(id));
  }

  async #post(name: string, awaited: JobState): Promise<Job> {
    const { status, body } = await this.#server.inject({
      method: 'POST',
      url: '/jobs',
      payload: { environment: 'CartPole-v1', workers: 1, name },
    });
    if (status !== 202) throw new Error(`no job was made: ${body}`);
    const { id } = jobSchema.parse(JSON.parse(body));
    for (;;) {
      const text = await this.#read(id);
      const job = jobSchema.parse(JSON.parse(text));
      if (job.state === awaited) {
        if (awaited !== 'running') this.#answers.set(id, text);
        return job;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #read(id: string): Promise<string> {
    return (await this.#server.inject({ method: 'GET', url: `/jobs/${id}` })).body;
  }
}
