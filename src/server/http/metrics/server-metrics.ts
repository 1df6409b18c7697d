// Metrics for Prometheus. They are read when they are asked for; nothing is counted meanwhile.
import { statfs } from 'node:fs/promises';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { jobStates } from '../../../shared/job/job-states.ts';
import type { TrainingFigures } from '../../../shared/job/job.ts';
import type { JobSummary } from '../../store/job-record.ts';
import type { Services } from '../services.ts';
import { registerClusterMetrics } from './cluster-metrics.ts';
import { registerModelMetrics } from './model-metrics.ts';
import { registerPeerMetrics } from './peer-metrics.ts';
import { registerWebhookMetrics } from './webhook-metrics.ts';

type Sources = Pick<
  Services,
  | 'jobs'
  | 'store'
  | 'storage'
  | 'usage'
  | 'server'
  | 'webhooks'
  | 'cluster'
  | 'policies'
  | 'remoteEnvironments'
>;

/** Of one running job. A null is not reported. */
interface JobGauge {
  readonly name: string;
  readonly help: string;
  readonly read: (figures: TrainingFigures) => number | null;
}

const jobGauges: readonly JobGauge[] = [
  {
    name: 'a3c_job_steps',
    help: 'Environment steps of a running job',
    read: ({ progress }) => progress.steps,
  },
  {
    name: 'a3c_job_steps_per_second',
    help: 'Speed of a running job [steps/s]',
    read: ({ throughput }) => throughput.stepsPerSecond,
  },
  {
    name: 'a3c_job_updates',
    help: 'Gradients that a running job has applied',
    read: ({ progress }) => progress.updates,
  },
  {
    name: 'a3c_job_refused_gradients',
    help: 'Gradients of a running job that were not applied because they were not finite',
    read: ({ refusedGradients }) => refusedGradients,
  },
  {
    name: 'a3c_job_stale_gradients',
    help: 'Gradients of a running job that were not applied because they were older than maxStaleness',
    read: ({ staleGradients }) => staleGradients,
  },
  {
    name: 'a3c_job_worker_restarts',
    help: 'Workers of a running job that were replaced',
    read: ({ workerRestarts }) => workerRestarts,
  },
  {
    name: 'a3c_job_staleness',
    help: 'Mean updates between reading parameters and applying the gradient',
    read: ({ staleness }) => staleness.mean,
  },
  {
    name: 'a3c_job_moving_average',
    help: 'Mean return of the last 100 episodes of a running job',
    read: ({ reward }) => reward.movingAverage,
  },
  {
    name: 'a3c_job_best_evaluation',
    help: 'Highest mean return of a greedy evaluation of a running job',
    read: ({ reward }) => reward.best,
  },
  {
    name: 'a3c_job_progress',
    help: 'Progress of a running job towards its nearest limit, 0 to 1',
    read: ({ progress }) => progress.fraction,
  },
];

/** More jobs than can run at the same time on any machine. */
const maxJobs = 1_000;

export class ServerMetrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.contentType = this.#registry.contentType;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const { jobs, storage, usage, store, server, webhooks, cluster, policies, remoteEnvironments } = sources;
    new Gauge({ name: 'a3c_info', help: 'Version of the server', labelNames: ['version'], registers }).set(
      { version: server.version },
      1,
    );
    new Gauge({
      name: 'a3c_jobs',
      help: 'Jobs in each state',
      labelNames: ['state'],
      registers,
      collect() {
        const counted = jobs.count();
        for (const state of jobStates) this.set({ state }, counted.get(state) ?? 0);
      },
    });
    new Gauge({
      name: 'a3c_storage_ok',
      help: '1 if the data directory can be written, 0 if jobs are paused because it cannot',
      registers,
      collect() {
        this.set(storage.problem === null ? 1 : 0);
      },
    });
    new Gauge({
      name: 'a3c_data_bytes',
      help: 'Size of the data directory',
      registers,
      collect() {
        this.set(usage.sizes.usedBytes);
      },
    });
    new Gauge({
      name: 'a3c_disk_free_bytes',
      help: 'Free space on the disk of the data directory',
      registers,
      async collect() {
        const free = await statfs(store.directory.path).catch(() => null);
        this.reset();
        if (free) this.set(free.bavail * free.bsize);
      },
    });
    registerModelMetrics(this.#registry, policies);
    registerWebhookMetrics(this.#registry, () => webhooks.readFigures());
    registerPeerMetrics(this.#registry, () => remoteEnvironments.readFigures());
    if (cluster !== null) registerClusterMetrics(this.#registry, () => cluster.readFigures());
    for (const gauge of jobGauges) this.#addJobGauge(gauge);
  }

  /** Returns all metrics in the text format of Prometheus. */
  async format(): Promise<string> {
    return await this.#registry.metrics();
  }

  #addJobGauge({ name, help, read }: JobGauge): void {
    const listRunning = (): readonly JobSummary[] =>
      this.#sources.jobs.summarize({ state: 'running', limit: maxJobs }).jobs;
    new Gauge({
      name,
      help,
      labelNames: ['job', 'environment', 'algorithm'],
      registers: [this.#registry],
      collect() {
        // Jobs that have ended are not reported any more.
        this.reset();
        for (const { id, environment, algorithm, figures } of listRunning()) {
          const value = figures && read(figures);
          if (value !== null) this.set({ job: id, environment, algorithm }, value);
        }
      },
    });
  }
}
