// Training in a cluster: the orders and reports of all jobs, and a trainer on this machine.
import { mkdir } from 'node:fs/promises';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import type { JobId } from '../../shared/job/job.ts';
import { isActive } from '../../shared/job/transition.ts';
import { closeNats } from '../../shared/nats/close-nats.ts';
import { ConnectionWatch } from '../../shared/nats/connection-watch.ts';
import type { Logger } from 'pino';
import type { Cluster } from '../../trainer/cluster/cluster.ts';
import { Trainer, type TrainerOptions } from '../../trainer/trainer.ts';
import type { JobDispatcher } from '../jobs/job-dispatcher.ts';
import type { JobLedger } from '../jobs/job-ledger.ts';
import type { RunObserver } from '../jobs/run-observer.ts';
import type { JobRecord } from '../store/job-record.ts';
import type { Store } from '../store/store.ts';
import { ClusterDispatcher } from './cluster-dispatcher.ts';
import { ReportMirror } from './report-mirror.ts';

export interface ClusterTrainingOptions {
  /** Joins the cluster, as soon as NATS can be reached; rejects once `signal` is aborted. */
  readonly join: (signal: AbortSignal) => Promise<Cluster>;
  readonly store: Store;
  readonly ledger: JobLedger;
  readonly environments: EnvironmentRegistry;
  /** Creates an observer for each run; absent: nobody observes. */
  readonly observe?: ((job: JobRecord) => RunObserver) | undefined;
  /** Called when a run has ended. */
  readonly onEnd: (id: JobId) => void;
  readonly programVersion: string;
  /** The trainer of this machine, and the directory of its jobs; null: this server does not train. */
  readonly trainer: LocalTrainer | null;
  readonly log: Logger;
}

export type LocalTrainer = Omit<TrainerOptions, 'cluster' | 'environments' | 'programVersion' | 'log'> & {
  readonly directory: string;
};

/** Figures for the server's metrics. */
export interface ClusterFigures {
  readonly isConnected: boolean;
  /** Reports that were refused since the server started, because their writer had lost its job or nobody can read them. */
  readonly refusedReports: number;
}

/** What works once the cluster is joined. */
interface Parts {
  readonly cluster: Cluster;
  readonly dispatcher: ClusterDispatcher;
  readonly mirror: ReportMirror;
  readonly trainer: Trainer | null;
  readonly watch: ConnectionWatch;
}

export class ClusterTraining implements JobDispatcher {
  readonly #options: ClusterTrainingOptions;
  readonly #stop = new AbortController();
  /** Null if the server was stopped before NATS could be reached. */
  readonly #parts = Promise.withResolvers<Parts | null>();
  #training: Promise<void> = Promise.resolve();
  #joined: Parts | null = null;

  constructor(options: ClusterTrainingOptions) {
    this.#options = options;
  }

  /** Joins the cluster, catches up with the reports, and begins to train. Rejects if NATS is required and away. */
  async start(): Promise<void> {
    const { trainer, join } = this.#options;
    try {
      if (trainer) await mkdir(trainer.directory, { recursive: true });
      const parts = this.#assemble(await join(this.#stop.signal));
      this.#joined = parts;
      await parts.mirror.start();
      await parts.dispatcher.start();
      this.#training = parts.trainer?.run() ?? Promise.resolve();
      this.#parts.resolve(parts);
    } catch (error) {
      this.#parts.resolve(null);
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  readFigures(): ClusterFigures {
    const parts = this.#joined;
    if (parts === null) return { isConnected: false, refusedReports: 0 };
    return {
      isConnected: parts.watch.isConnected,
      refusedReports: parts.mirror.refusedReports,
    };
  }

  schedule(): void {
    this.#do(({ dispatcher }) => {
      dispatcher.schedule();
    });
  }

  async cancel(id: JobId): Promise<void> {
    // A job without a master needs no cluster, which may be away.
    this.change(id);
    if (!this.#isActive(id)) return;
    const parts = await this.#parts.promise;
    await parts?.dispatcher.cancel(id);
  }

  async pause(id: JobId): Promise<void> {
    // A job without a master needs no cluster, which may be away.
    this.change(id);
    if (!this.#isActive(id)) return;
    const parts = await this.#parts.promise;
    await parts?.dispatcher.pause(id);
  }

  change(id: JobId): void {
    this.#do(({ dispatcher }) => {
      dispatcher.note(id);
    });
  }

  forget(id: JobId): void {
    this.#do(({ dispatcher }) => {
      dispatcher.note(id);
    });
  }

  /** Gives the jobs of this machine back; those of other machines go on. */
  async close(): Promise<void> {
    this.#stop.abort();
    const parts = await this.#parts.promise;
    if (parts === null) return;
    parts.trainer?.stop();
    await this.#training;
    await parts.dispatcher.close();
    await parts.mirror.close();
    await closeNats(parts.cluster.connection);
  }

  #isActive(id: JobId): boolean {
    const job = this.#options.store.jobs.find(id);
    return job !== null && isActive(job.state);
  }

  #do(work: (parts: Parts) => void): void {
    void this.#parts.promise.then((parts) => {
      if (parts !== null) work(parts);
    });
  }

  #assemble(cluster: Cluster): Parts {
    const { store, ledger, environments, observe, onEnd, programVersion, trainer, log } = this.#options;
    const dispatcher = new ClusterDispatcher({ cluster, store, ledger, environments, programVersion, log });
    const mirror = new ReportMirror({
      cluster,
      store,
      ledger,
      observe,
      onMove: (id) => {
        dispatcher.note(id);
      },
      onEnd,
      log,
    });
    return {
      cluster,
      watch: new ConnectionWatch(cluster.connection, log),
      dispatcher,
      mirror,
      trainer: trainer && new Trainer({ ...trainer, cluster, environments, programVersion, log }),
    };
  }
}
