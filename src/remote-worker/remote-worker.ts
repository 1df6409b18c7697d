// Remote worker: looks for jobs that want workers, and works for them in a number of slots, until it is stopped.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { compileKernels } from '../shared/engines/wasm/compile-kernels.ts';
import { hashModule } from '../shared/environment-modules/hash-module.ts';
import type { EnvironmentOrigin } from '../shared/environments/environment-origin.ts';
import type { EnvironmentRegistry } from '../shared/environments/registry.ts';
import { resolveOrExplain } from '../shared/environments/resolve-or-explain.ts';
import { offerSchema, type Offer, type Seek } from '../shared/nats/claim.ts';
import { seekSubject } from '../shared/nats/subjects.ts';
import { MasterRelay } from './master-relay.ts';
import { RemoteSlot } from './remote-slot.ts';

const seekTimeoutMs = 1_000;
/** Time between two searches, more or less: workers that were started together do not ask together. */
const pauseMs = 1_000;
/** Jobs that are remembered as unfit; of more, the oldest are asked about again. */
const maxUnfit = 100;

export interface RemoteWorkerOptions {
  readonly connection: NatsConnection;
  /** Number of jobs, or places of one job, that are worked for at the same time. */
  readonly slots: number;
  /** Null: any job. */
  readonly jobId: string | null;
  readonly programVersion: string;
  readonly environments: EnvironmentRegistry;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

export class RemoteWorker {
  readonly #options: RemoteWorkerOptions;
  readonly #working = new Set<RemoteSlot>();
  /** Relays to masters, by job and number of the master, and the number of slots that use each. */
  readonly #relays = new Map<string, { readonly relay: MasterRelay; users: number }>();
  readonly #kernels = compileKernels();
  readonly #stop = new AbortController();
  /** Jobs that this worker cannot work for, the newest last. */
  readonly #unfit = new Set<string>();

  constructor(options: RemoteWorkerOptions) {
    this.#options = options;
  }

  /** Works until `stop` is called. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.slots }, async () => await this.#serve()));
  }

  /** Leaves all jobs after the rollouts that are being played. */
  stop(): void {
    this.#stop.abort();
    for (const slot of this.#working) slot.stop();
  }

  async #serve(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const offer = await this.#seek();
      const hasWorked = offer !== null && !signal.aborted && (await this.#work(offer));
      if (!hasWorked)
        await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  async #seek(): Promise<Offer | null> {
    const { connection, jobId } = this.#options;
    try {
      const request = JSON.stringify({ jobId, unfit: [...this.#unfit] } satisfies Seek);
      const answer = await connection.request(seekSubject, request, { timeout: seekTimeoutMs });
      return offerSchema.parse(answer.json());
    } catch {
      // Nobody answers where no job wants workers.
      return null;
    }
  }

  /** Works for a job; returns false if there was no work. */
  async #work(offer: Offer): Promise<boolean> {
    const { connection, programVersion, log } = this.#options;
    const { jobId } = offer;
    const found = await this.#findEnvironment(offer);
    if ('refusal' in found) {
      this.#noteUnfit(jobId, found.refusal);
      return false;
    }
    const { relay, release } = this.#useRelay(offer);
    const slot = new RemoteSlot({
      connection,
      offer,
      claim: randomUUID(),
      relay,
      programVersion,
      kernels: this.#kernels,
      environmentOrigin: found.origin,
      logger: log,
      onBegin: () => log.info({ jobId }, 'works for a job'),
    });
    this.#working.add(slot);
    try {
      const end = await slot.run();
      // Another worker has taken the place, or the master is gone: the next search says.
      if (typeof end === 'object') log.info({ jobId, reason: end.refusal }, 'got no place');
      else log.info({ jobId, end }, 'left a job');
      return typeof end === 'string';
    } finally {
      this.#working.delete(slot);
      release();
    }
  }

  /** Returns the relay to a master; the last slot that releases it ends it. */
  #useRelay({ jobId, epoch }: Offer): { relay: MasterRelay; release: () => void } {
    const key = `${jobId}.${epoch}`;
    const used = this.#relays.get(key) ?? {
      relay: new MasterRelay(this.#options.connection, this.#options.log),
      users: 0,
    };
    used.users += 1;
    this.#relays.set(key, used);
    const release = (): void => {
      used.users -= 1;
      if (used.users > 0) return;
      used.relay.close();
      this.#relays.delete(key);
    };
    return { relay: used.relay, release };
  }

  /** Finds the module of the job's environment on this machine, or says why this worker does not fit the job. */
  async #findEnvironment({
    environment,
    moduleHash,
    programVersion,
  }: Offer): Promise<{ origin: EnvironmentOrigin | null } | { refusal: string }> {
    if (programVersion !== this.#options.programVersion)
      return {
        refusal: `the job trains with version ${programVersion}, this worker has ${this.#options.programVersion}`,
      };
    const definition = await resolveOrExplain(this.#options.environments, environment);
    if (typeof definition === 'string') return { refusal: definition };
    const origin = definition.origin ?? null;
    if ((await hashModule(origin)) === moduleHash) return { origin };
    return { refusal: `the module of ${environment} differs from that of the job; copy it from there` };
  }

  /** Remembers that this worker does not fit a job, and says so once. */
  #noteUnfit(jobId: string, reason: string): void {
    if (!this.#unfit.has(jobId)) this.#options.log.warn({ jobId, reason }, 'cannot work for a job');
    this.#unfit.add(jobId);
    for (const oldest of this.#unfit) if (this.#unfit.size > maxUnfit) this.#unfit.delete(oldest);
  }
}
