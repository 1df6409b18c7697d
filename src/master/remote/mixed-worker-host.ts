// Worker host of a job with workers here and on other machines: those with the lowest indices are threads.
import type { EpisodeOutcomes } from '../evaluation/episode-outcomes.ts';
import type { EvaluationAssignment } from '../evaluation/evaluation-task.ts';
import type { WorkerAssignment } from '../../shared/protocol/worker-task.ts';
import type { HostedWorker, WorkerHost, WorkerListener } from '../workers/worker-host.ts';
import type { RemoteWorkerHost } from './remote-worker-host.ts';

export interface MixedWorkerHostOptions {
  /** Runs the first workers, and evaluations. */
  readonly local: WorkerHost;
  readonly localWorkers: number;
  readonly remote: RemoteWorkerHost;
}

export class MixedWorkerHost implements WorkerHost {
  readonly #options: MixedWorkerHostOptions;

  constructor(options: MixedWorkerHostOptions) {
    this.#options = options;
  }

  start(assignment: WorkerAssignment, listener: WorkerListener): HostedWorker {
    const { local, localWorkers, remote } = this.#options;
    return (assignment.origin.worker < localWorkers ? local : remote).start(assignment, listener);
  }

  async evaluate(assignment: EvaluationAssignment): Promise<EpisodeOutcomes> {
    return await this.#options.local.evaluate(assignment);
  }

  requestStates(version: number): void {
    this.#options.local.requestStates(version);
    this.#options.remote.requestStates(version);
  }

  admit(): void {
    this.#options.remote.admit();
  }

  stop(): void {
    this.#options.local.stop();
    this.#options.remote.stop();
  }

  async close(): Promise<void> {
    await Promise.all([this.#options.local.close(), this.#options.remote.close()]);
  }
}
