// Training in a cluster: the orders and reports of all jobs, and a trainer on this machine.
import { mkdir } from 'node:fs/promises';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { closeNats } from '../../shared/nats/close-nats.ts';
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
  readonly cluster: Cluster;
  readonly store: Store;
  readonly ledger: JobLedger;
  readonly environments: EnvironmentRegistry;
  readonly observe?: ((job: JobRecord) => RunObserver) | undefined;
  readonly onEnd: (id: JobRecord['id']) => void;
  readonly programVersion: string;
  /** The trainer of this machine, and its directory; null: this server does not train. */
  readonly trainer:
    | (Omit<TrainerOptions, 'cluster' | 'environments' | 'programVersion' | 'log'> & {
        readonly directory: string;
      })
    | null;
  readonly log: Logger;
}

export class ClusterTraining implements JobDispatcher {
  readonly #options: ClusterTrainingOptions;
  readonly #dispatcher: ClusterDispatcher;
  readonly #mirror: ReportMirror;
  readonly #trainer: Trainer | null;
  #training: Promise<void> = Promise.resolve();

  constructor(options: ClusterTrainingOptions) {
    const { cluster, store, ledger, environments, observe, onEnd, programVersion, trainer, log } = options;
    this.#options = options;
    this.#dispatcher = new ClusterDispatcher({ cluster, store, ledger, environments, programVersion, log });
    this.#mirror = new ReportMirror({
      cluster,
      store,
      ledger,
      observe,
      onMove: (id) => {
        this.#dispatcher.noteMove(id);
      },
      onEnd,
      log,
    });
    this.#trainer = trainer && new Trainer({ ...trainer, cluster, environments, programVersion, log });
  }

  /** Catches up with the reports, and begins to train. */
  async start(): Promise<void> {
    const { trainer } = this.#options;
    if (trainer) await mkdir(trainer.directory, { recursive: true });
    await this.#mirror.start();
    await this.#dispatcher.start();
    this.#training = this.#trainer?.run() ?? Promise.resolve();
  }

  schedule(): void {
    this.#dispatcher.schedule();
  }

  async cancel(id: JobRecord['id']): Promise<void> {
    await this.#dispatcher.cancel(id);
  }

  async pause(id: JobRecord['id']): Promise<void> {
    await this.#dispatcher.pause(id);
  }

  change(id: JobRecord['id']): void {
    this.#dispatcher.change(id);
  }

  forget(id: JobRecord['id']): void {
    this.#dispatcher.forget(id);
  }

  /** Gives the jobs of this machine back; those of other machines go on. */
  async close(): Promise<void> {
    this.#trainer?.stop();
    await this.#training;
    await this.#dispatcher.close();
    await this.#mirror.close();
    await closeNats(this.#options.cluster.connection);
  }
}
