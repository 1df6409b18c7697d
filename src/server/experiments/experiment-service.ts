// Experiment service: what clients can do with experiments.
import { createHash } from 'node:crypto';
import {
  experimentRequestSchema,
  maxExperimentJobs,
  type Experiment,
  type ExperimentOverview,
  type ExperimentRequest,
} from '../../shared/api/experiment.ts';
import { isFinished } from '../../shared/job/transition.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { IdempotencyKeyReusedError } from '../jobs/job-errors.ts';
import type { JobIntake, PreparedJob } from '../jobs/job-intake.ts';
import type { JobService } from '../jobs/job-service.ts';
import type { ExperimentRecord } from '../store/experiment-store.ts';
import type { Store } from '../store/store.ts';
import { createExperimentId } from './create-id.ts';
import { ExperimentNotFinishedError, ExperimentNotFoundError } from './experiment-errors.ts';
import { applyVariation, listSeeds, locateIssues } from './expand-experiment.ts';
import { measureProgress, presentExperiment } from './present-experiment.ts';
import { joinStates } from './join-states.ts';

export interface ExperimentServiceOptions {
  readonly store: Store;
  readonly intake: JobIntake;
  readonly jobs: JobService;
}

export interface ExperimentPageQuery {
  /** Lists only experiments posted before this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface CreatedExperiment {
  readonly id: string;
  /** Whether the same request has already created it. */
  readonly isReplay: boolean;
}

export class ExperimentService {
  readonly #options: ExperimentServiceOptions;

  constructor(options: ExperimentServiceOptions) {
    this.#options = options;
  }

  /**
   * Posts the jobs of an experiment: all of them, or none. The same key and request return the same experiment again.
   * Throws InvalidJobError with paths in the request.
   */
  async create(request: ExperimentRequest, idempotencyKey: string | null = null): Promise<CreatedExperiment> {
    const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
    const replay = this.#findReplay(idempotencyKey, requestHash);
    if (replay !== null) return { id: replay, isReplay: true };
    const { intake, store } = this.#options;
    const seeds = listSeeds(request);
    const total = seeds.length * request.variations.length;
    if (total > maxExperimentJobs) {
      const message = `${request.variations.length} variations of ${seeds.length} seeds are ${total} jobs; ${maxExperimentJobs} is the limit`;
      throw new InvalidJobError([{ path: 'variations', message }]);
    }
    intake.requireQueue(total);
    const variations = await this.#prepare(request, seeds);
    const prepared = variations.flat();
    try {
      // The same request may have arrived again, and the queue may have grown, while this one was prepared.
      const arrived = this.#findReplay(idempotencyKey, requestHash);
      if (arrived !== null) {
        await intake.discard(prepared);
        return { id: arrived, isReplay: true };
      }
      intake.requireQueue(total);
      const id = createExperimentId('exp');
      const { name } = request;
      const jobs = variations.flatMap((members, variation) =>
        members.map((job) => ({ ...job, place: { experimentId: id, variation, rung: 0 } })),
      );
      intake.insert(jobs, {
        before: (createdAt) => {
          store.experiments.insert({
            id,
            kind: 'experiment',
            name,
            request,
            idempotencyKey,
            requestHash,
            createdAt,
          });
        },
      });
      return { id, isReplay: false };
    } catch (error) {
      await intake.discard(prepared);
      throw error;
    }
  }

  /** Throws ExperimentNotFoundError. */
  get(id: string): Experiment {
    const { store } = this.#options;
    const record = this.#require(id);
    const request = experimentRequestSchema.parse(JSON.parse(record.request));
    const readCurve = (jobId: PreparedJob['id'], maxPoints: number) =>
      store.curves.listBands(jobId, { sinceStep: -1, maxPoints, columns: ['movingAverage'] });
    return presentExperiment(record, { request, members: store.experiments.listMembers(id), readCurve });
  }

  /** Lists experiments, newest first, and whether there are more. */
  list({ after, limit }: ExperimentPageQuery): { data: ExperimentOverview[]; hasMore: boolean } {
    const { store } = this.#options;
    const before = after === undefined ? undefined : this.#require(after).sequence;
    const records = store.experiments.list('experiment', { before, limit: limit + 1 });
    const data = records.slice(0, limit).map((record) => {
      const { id, name, createdAt } = record;
      const { job } = experimentRequestSchema.parse(JSON.parse(record.request));
      const members = store.experiments.listMembers(id);
      return {
        id,
        name,
        createdAt,
        environment: job.environment,
        state: joinStates(members.map(({ state }) => state)),
        progress: measureProgress(members),
        jobs: members.length,
      };
    });
    return { data, hasMore: records.length > limit };
  }

  /** Cancels all jobs that are not finished. */
  cancel(id: string): Experiment {
    const { store, jobs } = this.#options;
    this.#require(id);
    for (const member of store.experiments.listMembers(id)) {
      if (!isFinished(member.state)) jobs.cancel(member.id);
    }
    return this.get(id);
  }

  /** Deletes the experiment and its jobs. Throws ExperimentNotFinishedError if not all of them are finished. */
  async remove(id: string): Promise<void> {
    const { store, jobs } = this.#options;
    this.#require(id);
    const members = store.experiments.listMembers(id);
    const unfinished = members.filter(({ state }) => !isFinished(state)).length;
    if (unfinished > 0) throw new ExperimentNotFinishedError(unfinished);
    for (const member of members) await jobs.remove(member.id);
    store.experiments.remove(id);
  }

  #require(id: string): ExperimentRecord {
    const record = this.#options.store.experiments.find(id, 'experiment');
    if (record === null) throw new ExperimentNotFoundError(id);
    return record;
  }

  #findReplay(key: string | null, requestHash: string): string | null {
    const found = key === null ? null : this.#options.store.experiments.findByKey(key, 'experiment');
    if (found === null) return null;
    if (found.requestHash !== requestHash) throw new IdempotencyKeyReusedError();
    return found.id;
  }

  /** Prepares the jobs of each variation. If one cannot be, none is kept. */
  async #prepare(request: ExperimentRequest, seeds: readonly number[]): Promise<PreparedJob[][]> {
    const { intake } = this.#options;
    const prepared: PreparedJob[][] = [];
    for (const [index, variation] of request.variations.entries()) {
      try {
        prepared.push(await intake.prepare(applyVariation(request.job, variation), { seeds }));
      } catch (error) {
        await intake.discard(prepared.flat());
        throw error instanceof InvalidJobError ? locateIssues(error, variation, index) : error;
      }
    }
    return prepared;
  }
}
