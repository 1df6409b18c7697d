// Client of the HTTP API, for browsers and Node: a method for each operation, and loops over its streams.
import type { EnvironmentSummary, PresetSummary } from '../shared/api/catalogue.ts';
import type { Experiment, ExperimentPage, PostedExperiment } from '../shared/api/experiment.ts';
import type { EventPage, JobEvent, NewestEvents } from '../shared/api/job-event.ts';
import type { JobPage } from '../shared/api/job-page.ts';
import type { CurveBands, LearningCurvePoint } from '../shared/api/learning-curve.ts';
import type { ResumeRequest } from '../shared/api/resume-request.ts';
import type { JobOverviewPage, ServerStatus } from '../shared/api/server-status.ts';
import type { Session } from '../shared/api/session.ts';
import type { StorageReport } from '../shared/api/storage-report.ts';
import type { PostedTuning, Tuning } from '../shared/api/tuning.ts';
import type { Delivery } from '../shared/api/webhook.ts';
import type { JobChanges } from '../shared/job/job-changes.ts';
import type { JobRequest } from '../shared/job/job-spec.ts';
import type { EvaluationResult, Job, JobState } from '../shared/job/job.ts';
import { isFinished } from '../shared/job/transition.ts';
import * as kinds from './answer-kinds.ts';
import { ApiConnection, type A3CClientOptions, type CallOptions } from './api-connection.ts';
import { iterateJobEvents, type JobEventsOptions } from './job-events.ts';
import type {
  BandOptions,
  CreateJobOptions,
  CurveRange,
  JobFilter,
  PageOptions,
  TableOptions,
} from './method-options.ts';
import { ModelCalls } from './model-calls.ts';
import { createJobBody, describeKey, jobPath, locate } from './paths.ts';
import { iteratePlayedSteps, type PlayedStep, type PlayOptions } from './played-steps.ts';
import type { StreamOptions } from './reconnect.ts';
import { iterateChanges, type ServerChange } from './server-changes.ts';

/**
 * Client of one server. Each method throws an A3CError: A3CApiError if the server refuses, A3CNetworkError if it does
 * not answer, A3CAnswerError if something else answers. Every call takes a `signal` that ends it.
 */
export class A3CClient extends ModelCalls {
  readonly #connection: ApiConnection;

  /** Throws A3CSettingsError if `url` is no address of a server, or `token` cannot be sent. */
  constructor(options: A3CClientOptions) {
    const connection = new ApiConnection(options);
    super(connection);
    this.#connection = connection;
  }

  /** Posts a job. The answer has its id and every setting it will train with. */
  async createJob(
    request: JobRequest,
    { idempotencyKey, model, signal }: CreateJobOptions = {},
  ): Promise<Job> {
    const post = {
      method: 'POST',
      body: createJobBody(request, model),
      headers: describeKey(idempotencyKey),
      signal,
    } as const;
    return await this.#connection.readJson(kinds.jobKind, 'jobs', post);
  }

  async getJob(id: string, { signal }: CallOptions = {}): Promise<Job> {
    return await this.#connection.readJson(kinds.jobKind, jobPath(id), { signal });
  }

  /** Lists jobs, newest first. */
  async listJobs({ signal, ...query }: JobFilter = {}): Promise<JobPage> {
    return await this.#connection.readJson(kinds.jobPageKind, 'jobs', { query, signal });
  }

  /** Lists jobs in short, newest first. */
  async listOverviews({ signal, ...query }: JobFilter = {}): Promise<JobOverviewPage> {
    return await this.#connection.readJson(kinds.overviewPageKind, 'overviews', { query, signal });
  }

  async cancelJob(id: string, options: CallOptions = {}): Promise<Job> {
    return await this.#change(id, 'cancel', options);
  }

  /** Asks a job to write a checkpoint and pause. */
  async pauseJob(id: string, options: CallOptions = {}): Promise<Job> {
    return await this.#change(id, 'pause', options);
  }

  /** Resumes a paused job, or a finished one with larger limits. */
  async resumeJob(id: string, { stop, signal }: ResumeRequest & CallOptions = {}): Promise<Job> {
    return await this.#change(id, 'resume', { signal, ...(stop && { body: { stop } }) });
  }

  /** Changes settings of a job while it trains, and its labels at any time. A missing field keeps its value. */
  async changeJob(id: string, changes: JobChanges, { signal }: CallOptions = {}): Promise<Job> {
    const request = { method: 'PATCH', body: changes, signal } as const;
    return await this.#connection.readJson(kinds.jobKind, jobPath(id), request);
  }

  /** Deletes a finished job and its files. */
  async deleteJob(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#connection.readText(jobPath(id), { method: 'DELETE', signal });
  }

  /**
   * Waits until a job is in one of `states`, or finished, and returns it. It follows the job's events, over restarts of
   * the server. A job that failed is returned like any other: look at its `state`.
   */
  async waitFor(
    id: string,
    { states = [], ...options }: StreamOptions & { readonly states?: readonly JobState[] } = {},
  ): Promise<Job> {
    const { signal } = options;
    // The last id is read first, so that no change after it is missed.
    const { lastId } = await this.listNewestEvents(id, ['state'], { limit: 1, signal });
    const job = await this.getJob(id, { signal });
    if (isFinished(job.state) || states.includes(job.state)) return job;
    for await (const { type, data } of this.events(id, { ...options, lastEventId: lastId }))
      if (type === 'state' && states.includes(data.state)) break;
    return await this.getJob(id, { signal });
  }

  /** Yields every event of a job until it is finished, once each and in order. Reconnects by itself. */
  events(id: string, options: JobEventsOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    const signal = this.#connection.joinSignals(options.signal);
    const source = {
      connection: this.#connection,
      jobId: id,
      getJob: async () => await this.getJob(id, { signal }),
    };
    return iterateJobEvents(source, { ...options, signal });
  }

  /** Reads a page of a job's events, oldest first: those after the id `after`, up to `limit` (1000). */
  async listEvents(
    id: string,
    { signal, ...query }: CallOptions & { readonly after?: number; readonly limit?: number } = {},
  ): Promise<EventPage> {
    const path = `${jobPath(id)}/events`;
    return await this.#connection.readJson(kinds.eventPageKind, path, { query, signal });
  }

  /** Reads the newest events of some types, oldest first, up to `limit` (1000). */
  async listNewestEvents(
    id: string,
    types: readonly JobEvent['type'][],
    { limit = 1000, signal }: CallOptions & { readonly limit?: number } = {},
  ): Promise<NewestEvents> {
    const query = { types: types.join(','), limit };
    const path = `${jobPath(id)}/events/newest`;
    return await this.#connection.readJson(kinds.newestEventsKind, path, { query, signal });
  }

  /** Yields all jobs of the server in short, and then each change of them. Reconnects, and reads them again, by itself. */
  changes(options: StreamOptions = {}): AsyncGenerator<ServerChange, void, undefined> {
    const signal = this.#connection.joinSignals(options.signal);
    return iterateChanges(this.#connection, { ...options, signal });
  }

  /** Posts a job for each variation and seed. */
  async createExperiment(
    request: PostedExperiment,
    { idempotencyKey, signal }: Omit<CreateJobOptions, 'model'> = {},
  ): Promise<Experiment> {
    const headers = describeKey(idempotencyKey);
    const post = { method: 'POST', body: request, headers, signal } as const;
    return await this.#connection.readJson(kinds.experimentKind, 'experiments', post);
  }

  async listExperiments({ signal, ...query }: PageOptions = {}): Promise<ExperimentPage> {
    return await this.#connection.readJson(kinds.experimentPageKind, 'experiments', { query, signal });
  }

  /** Reads an experiment: the scores of its variations, their curves and the winner. */
  async getExperiment(id: string, { signal }: CallOptions = {}): Promise<Experiment> {
    return await this.#connection.readJson(kinds.experimentKind, locate('experiments', id), { signal });
  }

  /** Cancels all jobs of an experiment that are not finished. */
  async cancelExperiment(id: string, { signal }: CallOptions = {}): Promise<Experiment> {
    const path = `${locate('experiments', id)}/cancel`;
    return await this.#connection.readJson(kinds.experimentKind, path, { method: 'POST', signal });
  }

  /** Deletes a finished experiment, its jobs and their files. */
  async deleteExperiment(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#connection.readText(locate('experiments', id), { method: 'DELETE', signal });
  }

  /** Starts a search for good settings. */
  async createTuning(request: PostedTuning, { signal }: CallOptions = {}): Promise<Tuning> {
    const post = { method: 'POST', body: request, signal } as const;
    return await this.#connection.readJson(kinds.tuningKind, 'tunings', post);
  }

  async listTunings({ signal, ...query }: PageOptions = {}): Promise<ExperimentPage> {
    return await this.#connection.readJson(kinds.experimentPageKind, 'tunings', { query, signal });
  }

  /** Reads a search: its trials, best first. */
  async getTuning(id: string, { signal }: CallOptions = {}): Promise<Tuning> {
    return await this.#connection.readJson(kinds.tuningKind, locate('tunings', id), { signal });
  }

  /** Ends a search; the best settings so far stay. */
  async cancelTuning(id: string, { signal }: CallOptions = {}): Promise<Tuning> {
    const path = `${locate('tunings', id)}/cancel`;
    return await this.#connection.readJson(kinds.tuningKind, path, { method: 'POST', signal });
  }

  /** Deletes a finished search, its jobs and their files. */
  async deleteTuning(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#connection.readText(locate('tunings', id), { method: 'DELETE', signal });
  }

  /** Reads the learning curve. */
  async getMetrics(id: string, { signal, ...query }: CurveRange = {}): Promise<LearningCurvePoint[]> {
    const path = `${jobPath(id)}/metrics`;
    return (await this.#connection.readJson(kinds.curveKind, path, { query, signal })).data;
  }

  /** Reads a part of the learning curve for a plot, with the extremes of the points that each row stands for. */
  async getCurve(id: string, { columns, signal, ...range }: BandOptions): Promise<CurveBands> {
    const query = { ...range, columns: columns.join(',') };
    return await this.#connection.readJson(kinds.bandsKind, `${jobPath(id)}/curve`, { query, signal });
  }

  /** Greedy evaluations of the whole job, oldest first, thinned to `maxPoints` (3 or more). */
  async getEvaluations(
    id: string,
    { signal, ...query }: CallOptions & { readonly maxPoints?: number } = {},
  ): Promise<EvaluationResult[]> {
    const path = `${jobPath(id)}/evaluations`;
    return (await this.#connection.readJson(kinds.evaluationsKind, path, { query, signal })).data;
  }

  /** Learning curves of several jobs as one table (CSV), thinned to `maxPoints` rows of each job. */
  async getCurvesTable(ids: readonly string[], options: TableOptions = {}): Promise<string> {
    return await this.#readTable('curves.csv', ids, options);
  }

  /** Evaluations of several jobs as one table (CSV). */
  async getEvaluationsTable(ids: readonly string[], options: TableOptions = {}): Promise<string> {
    return await this.#readTable('evaluations.csv', ids, options);
  }

  /** Lists the deliveries of a job's webhooks, newest first, up to `limit` (100). */
  async listDeliveries(
    id: string,
    { signal, ...query }: CallOptions & { readonly limit?: number } = {},
  ): Promise<Delivery[]> {
    const path = `${jobPath(id)}/deliveries`;
    return (await this.#connection.readJson(kinds.deliveriesKind, path, { query, signal })).data;
  }

  /** Draws the learning curve. Returns an SVG document. */
  async getPlot(id: string, { signal }: CallOptions = {}): Promise<string> {
    return await this.#connection.readText(`${jobPath(id)}/plot.svg`, { signal });
  }

  /**
   * Lets the server play a job's policy, and yields its steps with what the world looks like. Leaving the loop ends it.
   * Throws A3CPlayerError if the environment fails.
   */
  play(id: string, options: PlayOptions = {}): AsyncGenerator<PlayedStep, void, undefined> {
    return iteratePlayedSteps(this.#connection, `${jobPath(id)}/play`, options);
  }

  async getStatus({ signal }: CallOptions = {}): Promise<ServerStatus> {
    return await this.#connection.readJson(kinds.statusKind, 'status', { signal });
  }

  /** Disk usage of the server. */
  async getStorage({ signal }: CallOptions = {}): Promise<StorageReport> {
    return await this.#connection.readJson(kinds.storageKind, 'storage', { signal });
  }

  /** Metrics of the server in the text format of Prometheus. */
  async getServerMetrics({ signal }: CallOptions = {}): Promise<string> {
    return await this.#connection.readText('metrics', { signal });
  }

  async listEnvironments({ signal }: CallOptions = {}): Promise<EnvironmentSummary[]> {
    return (await this.#connection.readJson(kinds.environmentsKind, 'environments', { signal })).data;
  }

  async listPresets({ signal }: CallOptions = {}): Promise<PresetSummary[]> {
    return (await this.#connection.readJson(kinds.presetsKind, 'presets', { signal })).data;
  }

  /** Returns whether the server is up and accepts jobs; also false if nothing answers. */
  async isReady({ signal }: CallOptions = {}): Promise<boolean> {
    try {
      await this.#connection.readText('readyz', { signal });
      return true;
    } catch (error) {
      if (this.#connection.joinSignals(signal)?.aborted) throw error;
      return false;
    }
  }

  /** What the caller may do. */
  async getSession({ signal }: CallOptions = {}): Promise<Session> {
    return await this.#connection.readJson(kinds.sessionKind, 'session', { signal });
  }

  /** Signs a page of the server itself in: the browser keeps a cookie that stands for the token. */
  async signIn(token: string, { signal }: CallOptions = {}): Promise<Session> {
    const request = { method: 'POST', body: { token }, signal } as const;
    return await this.#connection.readJson(kinds.sessionKind, 'session', request);
  }

  /** Signs a page out. */
  async signOut({ signal }: CallOptions = {}): Promise<void> {
    await this.#connection.readText('session', { method: 'DELETE', signal });
  }

  async #readTable(
    path: string,
    ids: readonly string[],
    { signal, ...range }: TableOptions,
  ): Promise<string> {
    return await this.#connection.readText(path, { query: { ...range, jobs: ids.join(',') }, signal });
  }

  async #change(
    id: string,
    action: 'cancel' | 'pause' | 'resume',
    { signal, body }: CallOptions & { readonly body?: unknown },
  ): Promise<Job> {
    const path = `${jobPath(id)}/${action}`;
    return await this.#connection.readJson(kinds.jobKind, path, { method: 'POST', body, signal });
  }
}
