// Cluster dispatcher: has jobs trained by whichever trainer is free. It keeps the order of each job in NATS as the
// ledger says, and puts jobs into the trainers' queue. What cannot be written now is tried again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { hashModule } from '../../shared/environment-modules/hash-module.ts';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import { isActive, isFinished } from '../../shared/job/transition.ts';
import { ClaimedJob, readClaim, type ReadClaim } from '../../trainer/cluster/claimed-job.ts';
import { isConflict, readErrorCode, type Cluster } from '../../trainer/cluster/cluster.ts';
import {
  allOrdersKey,
  claimKey,
  jobSubject,
  orderKey,
  readJobId,
  reportsStream,
  reportSubject,
} from '../../trainer/cluster/names.ts';
import { packFiles } from '../../trainer/cluster/pack-files.ts';
import { isRoundOver, jobOrderSchema, type JobClaim, type JobOrder } from '../../trainer/cluster/records.ts';
import { removeObject } from '../../trainer/cluster/remove-object.ts';
import { releaseJob } from '../../trainer/cluster/release-job.ts';
import type { JobLedger } from '../jobs/job-ledger.ts';
import type { JobRecord } from '../store/job-record.ts';
import type { Store } from '../store/store.ts';

export interface ClusterDispatcherOptions {
  readonly cluster: Cluster;
  readonly store: Store;
  readonly ledger: JobLedger;
  readonly environments: EnvironmentRegistry;
  readonly programVersion: string;
  readonly log: Logger;
}

/** A trainer that does not obey in this time loses the job. */
const cancelDeadlineMs = 900;
const pauseDeadlineMs = 30_000;
/** Longer than a job takes to end. */
const goneMs = 3_000;
const pollMs = 25;
const retryMs = 1_000;
/** Jobs whose orders are compared at the same time. */
const maxAtOnce = 50;
const fullSubjectCode = 10077;
const serverName = 'server';

export class ClusterDispatcher {
  readonly #options: ClusterDispatcherOptions;
  readonly #stop = new AbortController();
  /** Jobs whose order may have to change. */
  readonly #pending = new Set<JobId>();
  /** Queued jobs that are in the trainers' queue. */
  readonly #queued = new Set<JobId>();
  /** Jobs that must be taken from their trainers. */
  readonly #overdue = new Set<JobId>();
  #wake: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: ClusterDispatcherOptions) {
    this.#options = options;
  }

  /** Begins to write orders; the ledger must know all reports up to now. */
  async start(): Promise<void> {
    const { store } = this.#options;
    for (const id of store.jobs.listIds(['queued', 'running', 'pausing', 'cancelling']))
      this.#pending.add(id);
    for await (const key of await this.#options.cluster.records.keys(allOrdersKey)) {
      const id = jobIdSchema.safeParse(readJobId(key));
      if (id.success) this.#pending.add(id.data);
    }
    this.#working = this.#work();
  }

  /** Puts the jobs into the trainers' queue that are not there yet. */
  schedule(): void {
    for (const id of this.#options.store.jobs.listIds(['queued'])) if (!this.#queued.has(id)) this.note(id);
  }

  async cancel(id: JobId): Promise<void> {
    await this.#end(id, cancelDeadlineMs);
  }

  async pause(id: JobId): Promise<void> {
    await this.#end(id, pauseDeadlineMs);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#working;
  }

  /** Compares the order of a job with the ledger soon. */
  note(id: JobId): void {
    this.#pending.add(id);
    this.#wake();
  }

  /** Waits until a job has no master any more, and takes it from its trainer after `deadlineMs`. */
  async #end(id: JobId, deadlineMs: number): Promise<void> {
    this.note(id);
    await this.#waitForEnd(id, deadlineMs);
    if (!this.#hasMaster(id)) return;
    this.#overdue.add(id);
    this.note(id);
    await this.#waitForEnd(id, goneMs);
  }

  async #waitForEnd(id: JobId, forMs: number): Promise<void> {
    const deadline = performance.now() + forMs;
    while (this.#hasMaster(id) && performance.now() < deadline) await sleep(pollMs);
  }

  /** Whether there is a master to wait for: none after `close`, when the store may be closed too. */
  #hasMaster(id: JobId): boolean {
    if (this.#stop.signal.aborted) return false;
    const job = this.#options.store.jobs.find(id);
    return job !== null && isActive(job.state);
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const ids = [...this.#pending].slice(0, maxAtOnce);
      for (const id of ids) this.#pending.delete(id);
      const isDone = await Promise.all(ids.map(async (id) => await this.#try(id)));
      if (!isDone.every(Boolean)) await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      else if (this.#pending.size === 0 && !signal.aborted)
        await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #try(id: JobId): Promise<boolean> {
    try {
      await this.#settle(id);
      return true;
    } catch (error) {
      this.#options.log.warn(
        { jobId: id, err: error },
        'the order of a job cannot be written, which is tried again',
      );
      this.#pending.add(id);
      return false;
    }
  }

  /** Makes the order of a job what the ledger says. */
  async #settle(id: JobId): Promise<void> {
    const { cluster, store } = this.#options;
    const job = store.jobs.find(id);
    if (job?.state !== 'queued') this.#queued.delete(id);
    if (job === null) {
      await this.#remove(id);
      return;
    }
    const order = await this.#readOrder(id);
    const found = await readClaim(cluster, id);
    if (job.state === 'queued' || job.state === 'running') await this.#request(job, order, found);
    else if (order !== null) await this.#withdraw(job, order, found);
  }

  /** Has a job trained. */
  async #request(job: JobRecord, order: JobOrder | null, found: ReadClaim | null): Promise<void> {
    const claim = found?.claim ?? null;
    const isTrained = job.state === 'running' && claim?.epoch === job.attempt && claim.end === null;
    // Its master was one of this server, before there was a cluster.
    if (job.state === 'running' && (claim === null || claim.epoch < job.attempt)) {
      this.#options.ledger.move(job.id, 'interrupt', { reason: 'the server stopped' });
      this.#pending.add(job.id);
      return;
    }
    const isOver = claim !== null && isRoundOver(claim, order?.round ?? 0);
    // If the ledger does not know this claim, its reports are still on their way.
    const isKnown = claim === null || job.attempt >= claim.epoch;
    if (order === null || (job.state === 'queued' && isOver && isKnown)) {
      await this.#upload(job, found);
      await this.#writeOrder(job, { round: (order?.round ?? 0) + 1, wanted: 'train' }, null);
    } else await this.#writeOrder(job, { round: order.round, wanted: 'train' }, order);
    if (!isTrained) await this.#enqueue(job.id);
    if (job.state === 'queued') this.#queued.add(job.id);
  }

  /** Has a job paused or cancelled, or what is left of it removed. */
  async #withdraw(job: JobRecord, order: JobOrder, found: ReadClaim | null): Promise<void> {
    const { cluster } = this.#options;
    const wanted = job.state === 'pausing' || job.state === 'paused' ? 'pause' : 'cancel';
    await this.#writeOrder(job, { round: order.round, wanted }, order);
    const isTrained = found !== null && found.claim.end === null && found.claim.round === order.round;
    if (isTrained && this.#overdue.delete(job.id))
      await releaseJob(cluster, job.id, {
        order,
        before: found,
        trainer: serverName,
        reason: 'no trainer answered',
      });
    if (isActive(job.state) || isTrained) return;
    if (isFinished(job.state) || job.state === 'paused') await this.#clean(job.id, found);
  }

  async #enqueue(id: JobId): Promise<void> {
    try {
      await this.#options.cluster.jetStream.publish(jobSubject(id), '');
    } catch (error) {
      // It is in the queue.
      if (readErrorCode(error) !== fullSubjectCode) throw error;
    }
  }

  async #readOrder(id: JobId): Promise<JobOrder | null> {
    const entry = await this.#options.cluster.records.get(orderKey(id));
    return entry?.operation === 'PUT' ? jobOrderSchema.parse(entry.json()) : null;
  }

  async #writeOrder(
    { id, spec, attempt }: JobRecord,
    { round, wanted }: Pick<JobOrder, 'round' | 'wanted'>,
    before: JobOrder | null,
  ): Promise<void> {
    const { cluster, environments, programVersion } = this.#options;
    const order: JobOrder = {
      round,
      wanted,
      attempt: before?.attempt ?? attempt,
      spec,
      moduleHash: await hashModule(environments.locate(spec.environment)),
      programVersion,
    };
    const data = JSON.stringify(order);
    if (before !== null && JSON.stringify(before) === data) return;
    await cluster.records.put(orderKey(id), data);
  }

  /** Stores the checkpoint, or the weights to start from, where the trainer finds them. */
  async #upload({ id, attempt }: JobRecord, found: ReadClaim | null): Promise<void> {
    const { cluster, store } = this.#options;
    const artifacts: JobClaim['artifacts'] = {};
    for (const name of ['checkpoint', 'start'] as const) {
      const artifact = await store.artifacts.read({ jobId: id, name });
      if (artifact === null) continue;
      const object = `${id}/${name}/${attempt}-${serverName}`;
      await cluster.objects.putBlob({ name: object }, await packFiles(artifact.files));
      artifacts[name] = [object];
    }
    if (Object.keys(artifacts).length === 0) return;
    const claim: JobClaim = found
      ? { ...found.claim, artifacts }
      : { epoch: attempt, trainer: serverName, round: 0, end: null, artifacts };
    const written = await ClaimedJob.take(cluster, id, { claim, before: found });
    if (written === null) throw new Error(`the claim of ${id} has changed meanwhile`);
  }

  /** Removes what a job that does not train has in NATS, but its records. */
  async #clean(id: JobId, found: ReadClaim | null): Promise<void> {
    const { cluster } = this.#options;
    const names = Object.values(found?.claim.artifacts ?? {}).flat();
    for (const name of names) await removeObject(cluster, name);
    if (found && names.length > 0) {
      const claim = { ...found.claim, artifacts: {} };
      await cluster.records
        .update(claimKey(id), JSON.stringify(claim), found.revision)
        .catch((error: unknown) => {
          if (!isConflict(error)) throw error;
        });
    }
  }

  /** Removes everything of a deleted job. */
  async #remove(id: JobId): Promise<void> {
    const { cluster } = this.#options;
    const found = await readClaim(cluster, id);
    // Its trainer stops at once when the order is gone. Trainers drop its message in the queue: if the stream were
    // purged, nats-server (2.9) would forget which other messages trainers have.
    await cluster.records.purge(orderKey(id));
    await this.#clean(id, found);
    await cluster.records.purge(claimKey(id));
    await cluster.streams.purge(reportsStream, { filter: reportSubject(id) });
  }
}
