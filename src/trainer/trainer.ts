// Trainer: takes jobs from the queue of a server and runs their masters on this machine, until it is stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import type { Logger } from 'pino';
import { z } from 'zod';
import { hashModule } from '../shared/environment-modules/hash-module.ts';
import type { EnvironmentRegistry } from '../shared/environments/registry.ts';
import { resolveOrExplain } from '../shared/environments/resolve-or-explain.ts';
import { jobIdSchema } from '../shared/job/job.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import { countUsedCores, fits, type Capacity } from './capacity.ts';
import { ClaimedJob, readClaim, type ReadClaim } from './cluster/claimed-job.ts';
import type { Cluster } from './cluster/cluster.ts';
import { allOrdersKey, orderKey, readJobId, trainerSubject } from './cluster/names.ts';
import {
  holdsQuestionSchema,
  isRoundOver,
  jobOrderSchema,
  type JobClaim,
  type JobOrder,
  type ReadOrder,
} from './cluster/records.ts';
import { readLastReport, ReportWriter } from './cluster/report-writer.ts';
import { nextClaim, releaseJob } from './cluster/release-job.ts';
import { TrainedJob } from './jobs/trained-job.ts';
import type { Master, MasterHost } from './masters/master-host.ts';

export interface TrainerOptions extends Capacity {
  readonly cluster: Cluster;
  /** Name of this trainer, which no other one has. */
  readonly name: string;
  readonly masters: MasterHost;
  /** Directory of a job's files while it trains here. */
  readonly locateJob: (jobId: string) => string;
  readonly environments: EnvironmentRegistry;
  readonly programVersion: string;
  readonly log: Logger;
}

/** Time between two signs of life for each job. */
const keepMs = 1_000;
/** How long to wait for a job before the queue is opened again. */
const patienceMs = 1_000;
const answerMs = 500;
/** A job that does not fit beside the others may fit elsewhere. */
const noRoomMs = 1_000;
/** A job that this trainer can never train, or that another one trains. */
const passOnMs = 3_000;

export class Trainer {
  readonly #options: TrainerOptions;
  readonly #jobs = new Map<string, TrainedJob>();
  readonly #stop = new AbortController();
  /** Why jobs were passed on; each reason is logged once for each job. */
  readonly #refusals = new Set<string>();
  #hasRoom: () => void = () => undefined;

  constructor(options: TrainerOptions) {
    this.#options = options;
  }

  /** Trains until `stop` is called; resolves when all jobs are given back. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    const { cluster, name, masters, cores, log } = this.#options;
    const questions = cluster.connection.subscribe(trainerSubject(name), {
      callback: (error, message) => {
        if (error === null) message.respond(JSON.stringify(this.#holds(readJson(message))));
      },
    });
    const keeper = setInterval(() => {
      for (const job of this.#jobs.values()) this.#keep(job).catch(() => undefined);
    }, keepMs);
    const following = this.#followOrders();
    // Who is told that this trainer waits may ask it at once: NATS has its subscription by then.
    await cluster.connection.flush().catch(() => undefined);
    log.info({ trainer: name, cores }, 'trainer waits for jobs');
    try {
      while (!signal.aborted) await this.#serve();
    } finally {
      await Promise.all([...this.#jobs.values()].map(async (job) => await job.release()));
      clearInterval(keeper);
      questions.unsubscribe();
      await following;
      await masters.close();
    }
  }

  stop(): void {
    this.#stop.abort();
    this.#hasRoom();
  }

  /** Keeps a job, and reads its order: NATS may have left out a change. */
  async #keep(job: TrainedJob): Promise<void> {
    await job.keep();
    const read = await this.#readOrder(job.jobId);
    if (read !== null) job.follow(read);
  }

  #holds(question: unknown): boolean {
    const parsed = holdsQuestionSchema.safeParse(question);
    return parsed.success && this.#jobs.get(parsed.data.jobId)?.epoch === parsed.data.epoch;
  }

  /** Takes jobs until something fails, e.g. because NATS is away. */
  async #serve(): Promise<void> {
    const { signal } = this.#stop;
    const { cluster, masters, log } = this.#options;
    try {
      const queue = await cluster.openQueue();
      while (!signal.aborted) {
        if (this.#hasFreeCore()) masters.prepare();
        await this.#waitForRoom();
        const message = await takeMessage(queue);
        if (message && !signal.aborted) await this.#take(message);
        else message?.nak();
      }
    } catch (error) {
      log.warn({ err: error }, 'the queue of jobs cannot be read, which is tried again');
      await sleep(patienceMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #waitForRoom(): Promise<void> {
    while (!this.#stop.signal.aborted && this.#jobs.size > 0 && !this.#hasFreeCore())
      await new Promise<void>((resolve) => (this.#hasRoom = resolve));
  }

  #hasFreeCore(): boolean {
    const { cores, maxRunningJobs } = this.#options;
    return this.#jobs.size < maxRunningJobs && countUsedCores(this.#listRunning()) < cores;
  }

  async #take(message: JsMsg): Promise<void> {
    const jobId = readJobId(message.subject);
    if (!jobIdSchema.safeParse(jobId).success) {
      this.#options.log.warn(
        { subject: message.subject },
        'a message in the queue names no job, and is dropped',
      );
      message.ack();
      return;
    }
    const held = this.#jobs.get(jobId);
    if (held) {
      if (held.isEnding) message.nak(vary(noRoomMs));
      else held.adopt(message);
      return;
    }
    const { cluster } = this.#options;
    const order = (await this.#readOrder(jobId))?.order ?? null;
    const before = await readClaim(cluster, jobId);
    if (order === null) {
      message.ack();
      return;
    }
    if (before && isRoundOver(before.claim, order.round)) {
      await this.#repeatEnd(jobId, before.claim);
      message.ack();
      return;
    }
    if (before && (await this.#isTrained(jobId, before.claim))) {
      message.nak(vary(passOnMs));
      return;
    }
    if (order.wanted === 'train') await this.#train({ jobId, message, order, before });
    else {
      await releaseJob(cluster, jobId, {
        order,
        before,
        trainer: this.#options.name,
        reason: 'its trainer is gone',
      });
      message.ack();
    }
  }

  async #train({
    jobId,
    message,
    order,
    before,
  }: {
    readonly jobId: string;
    readonly message: JsMsg;
    readonly order: JobOrder;
    readonly before: ReadClaim | null;
  }): Promise<void> {
    const { cluster, name, masters, environments, locateJob } = this.#options;
    const log = this.#options.log.child({ jobId });
    const refusal = await this.#findRefusal(order);
    if (refusal !== null) {
      this.#logRefusal(jobId, refusal);
      message.nak(vary(passOnMs));
      return;
    }
    if (!fits(this.#options, this.#listRunning(), order.spec)) {
      message.nak(vary(noRoomMs));
      return;
    }
    // Taken first: if no master can be started, the job keeps its state.
    const master = masters.take();
    const claim = await this.#claim(jobId, { order, before, master });
    if (claim === null) {
      message.nak(vary(passOnMs));
      return;
    }
    const { epoch } = claim.claim;
    const job = new TrainedJob({
      cluster,
      claim,
      reports: new ReportWriter(cluster, jobId, { epoch, trainer: name }),
      order,
      message,
      master,
      directory: locateJob(jobId),
      environmentOrigin: environments.locate(order.spec.environment),
      log,
    });
    this.#jobs.set(jobId, job);
    log.info({ attempt: epoch, pid: master.pid }, 'job started');
    void job.ended.then(() => {
      this.#jobs.delete(jobId);
      log.info('master ended');
      this.#hasRoom();
    });
    // The order may have changed after it was read.
    const newest = await this.#readOrder(jobId);
    if (newest !== null) job.follow(newest);
  }

  async #claim(
    jobId: string,
    {
      order,
      before,
      master,
    }: { readonly order: JobOrder; readonly before: ReadClaim | null; readonly master: Master },
  ): Promise<ClaimedJob | null> {
    const { cluster, name } = this.#options;
    try {
      const claimed = await ClaimedJob.take(cluster, jobId, {
        claim: nextClaim(before?.claim ?? null, order, name),
        before,
      });
      if (claimed === null) await master.discard();
      return claimed;
    } catch (error) {
      await master.discard();
      throw error;
    }
  }

  /** Reports the end of a round again: whoever ended it may have died before its report was stored. */
  async #repeatEnd(jobId: string, { end }: JobClaim): Promise<void> {
    if (end === null) return;
    const { cluster } = this.#options;
    const { report: last } = await readLastReport(cluster, jobId);
    const isStored =
      last !== null && (last.epoch > end.epoch || (last.epoch === end.epoch && last.number >= end.number));
    if (!isStored) await new ReportWriter(cluster, jobId, end).write(end);
  }

  /** Whether the holder of the claim answers that it trains the job. */
  async #isTrained(jobId: string, { epoch, trainer, end }: JobClaim): Promise<boolean> {
    if (end !== null) return false;
    try {
      const question = JSON.stringify({ jobId, epoch });
      const answer = await this.#options.cluster.connection.request(trainerSubject(trainer), question, {
        timeout: answerMs,
      });
      return z.boolean().parse(answer.json());
    } catch {
      // It is gone or does not run.
      return false;
    }
  }

  /** The newest order of a job; null if there never was one. */
  async #readOrder(jobId: string): Promise<ReadOrder | null> {
    const entry = await this.#options.cluster.records.get(orderKey(jobId));
    if (entry === null) return null;
    const order = entry.operation === 'PUT' ? jobOrderSchema.parse(entry.json()) : null;
    return { order, revision: entry.revision };
  }

  /** Says why this trainer can never train the job; null if it can. */
  async #findRefusal({ spec, moduleHash, programVersion }: JobOrder): Promise<string | null> {
    const { environments, programVersion: ownVersion } = this.#options;
    if (programVersion !== ownVersion)
      return `the server has version ${programVersion}, this trainer has ${ownVersion}`;
    const { environment } = spec;
    const definition = await resolveOrExplain(environments, environment);
    if (typeof definition === 'string') return definition;
    if ((await hashModule(definition.origin ?? null)) !== moduleHash)
      return `the module of ${environment} is not the same as the server's`;
    return null;
  }

  #logRefusal(jobId: string, reason: string): void {
    const key = `${jobId} ${reason}`;
    if (this.#refusals.has(key)) return;
    this.#refusals.add(key);
    this.#options.log.warn({ jobId, reason }, 'job is left to other trainers');
  }

  #listRunning(): JobSpec[] {
    return [...this.#jobs.values()].map(({ spec }) => spec);
  }

  /** Tells the jobs of changed orders, until the trainer is stopped. */
  async #followOrders(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#watchOrders();
      } catch (error) {
        this.#options.log.warn({ err: error }, 'orders cannot be watched, which is tried again');
      }
      await sleep(patienceMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #watchOrders(): Promise<void> {
    const { signal } = this.#stop;
    const watch = await this.#options.cluster.records.watch({ key: allOrdersKey });
    const end = (): void => {
      watch.stop();
    };
    signal.addEventListener('abort', end);
    try {
      for await (const entry of watch) {
        const order = entry.operation === 'PUT' ? jobOrderSchema.safeParse(readJson(entry)).data : null;
        if (order === undefined) continue;
        this.#jobs.get(readJobId(entry.key))?.follow({ order, revision: entry.revision });
      }
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
}

/** Parses what another program wrote; null if it is no JSON. */
function readJson(message: { json(): unknown }): unknown {
  try {
    return message.json();
  } catch {
    return null;
  }
}

async function takeMessage(queue: Consumer): Promise<JsMsg | null> {
  return await queue.next({ expires: patienceMs + vary(patienceMs) });
}

/** Half to one and a half of a time: trainers that ask in the same rhythm would ask in the same order. */
function vary(milliseconds: number): number {
  return Math.round(milliseconds * (0.5 + Math.random()));
}
