// Tuning service: searches for good settings by successive halving, with jobs of the server as its training runs. What
// comes next follows from the jobs alone, so a search survives a restart of the server.
import { createHash, randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Tuning, TuningRequest } from '../../shared/api/tuning.ts';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { isFinished } from '../../shared/job/transition.ts';
import type { JobId } from '../../shared/job/job.ts';
import { drawTrainingSeeds } from '../../shared/tuning/draw-training-seeds.ts';
import { describeTrialRun, planSearch } from '../../shared/tuning/plan-search.ts';
import type { Rung } from '../../shared/tuning/successive-halving.ts';
import type { EventBus } from '../jobs/event-bus.ts';
import type { JobIntake } from '../jobs/job-intake.ts';
import type { JobService } from '../jobs/job-service.ts';
import { createJobId } from '../store/job-record.ts';
import type { NewJob } from '../store/job-store.ts';
import type { ExperimentRecord } from '../store/experiment-store.ts';
import type { Store } from '../store/store.ts';
import { createExperimentId } from './create-id.ts';
import { ExperimentNotFinishedError, TuningNotFoundError } from './experiment-errors.ts';
import { presentTuning, presentTuningOverview } from './present-tuning.ts';
import { rankTrials } from './rank-trials.ts';
import { storedTuningSchema, type StoredTuning } from './tuning-plan.ts';

export interface TuningServiceOptions {
  readonly store: Store;
  readonly intake: JobIntake;
  readonly jobs: JobService;
  readonly bus: EventBus;
  readonly environments: EnvironmentRegistry;
  readonly log: Logger;
}

export interface TuningPageQuery {
  readonly after?: string | undefined;
  readonly limit: number;
}

export class TuningService {
  readonly #options: TuningServiceOptions;
  /** Tunings of jobs whose end may bring further jobs. */
  readonly #tuningsByJob = new Map<JobId, string>();

  constructor(options: TuningServiceOptions) {
    this.#options = options;
    options.bus.subscribeAll((jobId) => {
      this.#noteChange(jobId);
    });
  }

  /** Continues the tunings of an earlier server. */
  start(): void {
    for (const { id } of this.#options.store.experiments.listUnfinishedTunings()) {
      this.#watch(id);
      void this.#advance(id);
    }
  }

  /** Posts the first jobs of a search. Throws InvalidJobError with paths in the request. */
  async create(request: TuningRequest): Promise<Tuning> {
    const { intake, store, environments } = this.#options;
    intake.requireStorage();
    const definition = await environments.resolve(request.job.environment);
    const seed = request.seed ?? randomInt(2 ** 32);
    const plan = locateJob(() =>
      planSearch({ definition, fixed: request.job, trials: request.trials, seeds: request.seeds, seed }),
    );
    const stored = storedTuningSchema.parse({
      request: { ...request, seed },
      trials: plan.trials.map((trial) => trial.request),
      rungs: plan.rungs,
    });
    const id = createExperimentId('tun');
    const jobs = this.#createRung(id, stored, { rung: 0, trials: stored.trials.map((_, index) => index) });
    intake.requireQueue(jobs.length);
    intake.insert(jobs, {
      before: (createdAt) => {
        const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
        const { name } = request;
        store.experiments.insert({
          id,
          kind: 'tuning',
          name,
          request: stored,
          idempotencyKey: null,
          requestHash,
          createdAt,
        });
      },
    });
    this.#watch(id);
    return this.get(id);
  }

  /** Throws TuningNotFoundError. */
  get(id: string): Tuning {
    const { store } = this.#options;
    const record = this.#require(id);
    const members = store.experiments.listMembers(id);
    return presentTuning(record, { stored: readPlan(record), members, ranking: this.#rank(members) });
  }

  /** Lists tunings, newest first, and whether there are more. */
  list({ after, limit }: TuningPageQuery) {
    const { store } = this.#options;
    const before = after === undefined ? undefined : this.#require(after).sequence;
    const records = store.experiments.list('tuning', { before, limit: limit + 1 });
    const data = records
      .slice(0, limit)
      .map((record) =>
        presentTuningOverview(record, readPlan(record), store.experiments.listMembers(record.id)),
      );
    return { data, hasMore: records.length > limit };
  }

  /** Ends a search: its jobs are cancelled, and no further ones follow. */
  cancel(id: string): Tuning {
    const { store, jobs } = this.#options;
    this.#require(id);
    this.#finish(id);
    for (const member of store.experiments.listMembers(id)) {
      if (!isFinished(member.state)) jobs.cancel(member.id);
    }
    return this.get(id);
  }

  /** Deletes the tuning and its jobs. Throws ExperimentNotFinishedError while it goes on. */
  async remove(id: string): Promise<void> {
    const { store, jobs } = this.#options;
    const { finishedAt } = this.#require(id);
    const members = store.experiments.listMembers(id);
    const unfinished = members.filter(({ state }) => !isFinished(state)).length;
    if (finishedAt === null || unfinished > 0) throw new ExperimentNotFinishedError(unfinished);
    for (const member of members) await jobs.remove(member.id);
    store.experiments.remove(id);
  }

  #require(id: string): ExperimentRecord {
    const record = this.#options.store.experiments.find(id, 'tuning');
    if (record === null) throw new TuningNotFoundError(id);
    return record;
  }

  #rank(members: Parameters<typeof rankTrials>[0]) {
    const { store } = this.#options;
    return rankTrials(members, (jobId) => store.experiments.averageCurve(jobId));
  }

  /** Notes the unfinished jobs of a tuning. */
  #watch(id: string): void {
    for (const { id: jobId, state } of this.#options.store.experiments.listMembers(id)) {
      if (!isFinished(state)) this.#tuningsByJob.set(jobId, id);
    }
  }

  #noteChange(jobId: JobId): void {
    const tuning = this.#tuningsByJob.get(jobId);
    if (tuning === undefined) return;
    const state = this.#options.store.jobs.findState(jobId);
    if (state !== null && !isFinished(state)) return;
    this.#tuningsByJob.delete(jobId);
    // Not within the transaction that has ended the job.
    setImmediate(() => {
      void this.#advance(tuning);
    });
  }

  /** Posts the jobs of the next rung when all jobs of this one are finished. */
  async #advance(id: string): Promise<void> {
    const { store, environments, log } = this.#options;
    try {
      const record = store.experiments.find(id, 'tuning');
      if (record?.finishedAt !== null) return;
      const { environment } = readPlan(record).request.job;
      // An earlier server may have asked for it.
      if (environments.find(environment) === undefined) await environments.resolve(environment);
      this.#postNextRung(id);
    } catch (error) {
      log.error(
        { err: error, tuningId: id },
        'a tuning could not be continued; it is tried again at the next start',
      );
    }
  }

  /** Looks at all jobs and posts the next ones at once, so that two calls never post the same rung. */
  #postNextRung(id: string): void {
    const { store, intake } = this.#options;
    const record = store.experiments.find(id, 'tuning');
    if (record?.finishedAt !== null) return;
    const members = store.experiments.listMembers(id);
    if (members.some(({ state }) => !isFinished(state))) return;
    const stored = readPlan(record);
    const rung = Math.max(-1, ...members.map((member) => member.rung));
    const next = stored.rungs[rung + 1];
    const standing = this.#rank(members).filter((trial) => trial.rung === rung && trial.score !== null);
    if (next === undefined || standing.length === 0) {
      this.#finish(id);
      return;
    }
    const trials = standing.slice(0, next.candidates).map(({ index }) => index);
    intake.insert(this.#createRung(id, stored, { rung: next.index, trials }));
    this.#watch(id);
  }

  #finish(id: string): void {
    this.#options.store.experiments.finish(id, new Date().toISOString());
  }

  /** Describes the jobs of some trials in a rung: one for each training seed. */
  #createRung(
    id: string,
    { request, trials: requests, rungs }: StoredTuning,
    { rung: index, trials }: { readonly rung: number; readonly trials: readonly number[] },
  ): Omit<NewJob, 'createdAt'>[] {
    const rung: Rung | undefined = rungs[index];
    if (rung === undefined) return [];
    const definition = this.#options.environments.get(request.job.environment);
    const seeds = drawTrainingSeeds(request.seed, rung);
    return trials.flatMap((variation) =>
      seeds.map((seed) => {
        const settings = requests[variation] ?? request.job;
        const spec = describeTrialRun(settings, { definition, steps: rung.steps, seed });
        const name = `${request.name ?? request.job.environment} trial ${variation + 1}`.slice(0, 200);
        return {
          id: createJobId(),
          spec: { ...spec, name },
          place: { experimentId: id, variation, rung: index },
        };
      }),
    );
  }
}

function readPlan({ request }: ExperimentRecord): StoredTuning {
  return storedTuningSchema.parse(JSON.parse(request));
}

/** Runs `work`; its errors get paths in the request of the tuning. */
function locateJob<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidJobError)) throw error;
    throw new InvalidJobError(error.issues.map(({ path, message }) => ({ path: `job.${path}`, message })));
  }
}
