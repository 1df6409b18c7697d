// Evaluations that clients ask for: a queue in the store, and a few processes that play the episodes. An evaluation whose
// server stops is played again from its beginning when the server is back.
import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { RequestedEvaluation } from '../../shared/api/requested-evaluation.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { summarizeReturns } from '../../shared/job/summarize-returns.ts';
import type { ClientText } from '../client-text.ts';
import type { EventBus } from '../jobs/event-bus.ts';
import { ModelNotReadyError } from '../jobs/job-errors.ts';
import type { JobRecord } from '../store/job-record.ts';
import { RemoteNotPlayableError } from '../players/player-errors.ts';
import type { EvaluationRecord } from '../store/requested-evaluation-store.ts';
import type { Store } from '../store/store.ts';
import { EvaluationNotFoundError, TooManyEvaluationsError } from './evaluation-errors.ts';
import { EvaluationProcess } from './evaluation-process.ts';

export interface EvaluationServiceOptions {
  /** The entry file of a process that plays episodes. */
  readonly entry: string;
  readonly store: Store;
  readonly bus: Pick<EventBus, 'subscribeAll'>;
  readonly environments: EnvironmentRegistry;
  /** Finds a job; throws JobNotFoundError. */
  readonly findJob: (id: JobId) => JobRecord;
  readonly clientText: ClientText;
  /** Evaluations that are played at the same time, and that wait. */
  readonly maxPlayed: number;
  readonly maxQueued: number;
  readonly log: Logger;
}

export interface WantedEvaluation {
  readonly model: ModelName;
  readonly episodes: number;
  readonly seed?: number | undefined;
  readonly deterministic: boolean;
}

/** Evaluations of a job that are kept. */
const keptEvaluations = 100;

const nothingPlayed = { trainingSteps: null, returns: [], lengths: [] };

export class EvaluationService {
  readonly #options: EvaluationServiceOptions;
  readonly #processes = new Map<string, { readonly jobId: JobId; readonly process: EvaluationProcess }>();
  readonly #unsubscribe: () => void;
  /** Evaluations that are played, or about to be. */
  #played = 0;
  #isOpen = false;

  constructor(options: EvaluationServiceOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribeAll((jobId) => {
      this.#noteChange(jobId);
    });
  }

  /** Plays what an earlier server has left. */
  start(): void {
    this.#isOpen = true;
    this.#options.store.evaluations.requeue();
    this.#schedule();
  }

  /**
   * Rejects with JobNotFoundError, ModelNotReadyError, UnknownEnvironmentError, the errors of the environment's source,
   * RemoteNotPlayableError or TooManyEvaluationsError.
   */
  async create(
    jobId: JobId,
    { seed = randomInt(2 ** 32), ...wanted }: WantedEvaluation,
  ): Promise<RequestedEvaluation> {
    const { store, environments, findJob, maxQueued } = this.#options;
    const { spec, bestModelSteps, latestModelSteps } = findJob(jobId);
    if ((wanted.model === 'best' ? bestModelSteps : latestModelSteps) === null)
      throw new ModelNotReadyError(wanted.model);
    const { origin } = await environments.resolve(spec.environment);
    if (origin?.type === 'remote') throw new RemoteNotPlayableError(spec.environment);
    // It may have been deleted meanwhile.
    findJob(jobId);
    if (store.evaluations.countQueued() >= maxQueued) throw new TooManyEvaluationsError(maxQueued);
    const id = store.evaluations.append({ ...wanted, jobId, seed }, keptEvaluations);
    this.#schedule();
    return this.get(jobId, id);
  }

  /** Throws EvaluationNotFoundError. */
  get(jobId: JobId, id: string): RequestedEvaluation {
    const record = this.#options.store.evaluations.find(id);
    if (record?.jobId !== jobId) throw new EvaluationNotFoundError(id);
    return this.#present(record);
  }

  /** Lists the evaluations of a job, newest first. */
  list(jobId: JobId): RequestedEvaluation[] {
    return this.#options.store.evaluations
      .list(jobId, keptEvaluations)
      .map((record) => this.#present(record));
  }

  /** Ends an evaluation and forgets it. Throws EvaluationNotFoundError. */
  remove(jobId: JobId, id: string): void {
    this.get(jobId, id);
    this.#options.store.evaluations.remove(id);
    this.#processes.get(id)?.process.kill();
  }

  close(): void {
    this.#isOpen = false;
    this.#unsubscribe();
    for (const { process } of this.#processes.values()) process.kill();
  }

  #noteChange(jobId: JobId): void {
    for (const { jobId: played, process } of this.#processes.values()) {
      if (played === jobId && this.#options.store.jobs.findState(jobId) === null) process.kill();
    }
  }

  #schedule(): void {
    const { store, maxPlayed } = this.#options;
    while (this.#isOpen && this.#played < maxPlayed) {
      const next = store.evaluations.findNextQueued();
      if (next === null) return;
      store.evaluations.begin(next.id);
      void this.#play(next);
    }
  }

  async #play(record: EvaluationRecord): Promise<void> {
    const { store, clientText, log } = this.#options;
    const { id, jobId } = record;
    this.#played += 1;
    try {
      let process: EvaluationProcess | null = null;
      let error: { code: string; message: string } | null = null;
      try {
        process = await this.#startProcess(record);
        if (process === null) return;
        await process.ended;
      } catch (failure) {
        if (!AppError.is(failure)) throw failure;
        error = { code: failure.code, message: clientText(failure.message) };
      }
      const { trainingSteps, returns, lengths } = process ?? nothingPlayed;
      const state = error ? 'failed' : 'succeeded';
      // An evaluation that the server itself has ended is played again.
      if (this.#isOpen) store.evaluations.finish(id, { state, trainingSteps, returns, lengths, error });
    } catch (error) {
      log.error({ err: error, jobId, evaluation: id }, 'an evaluation could not be played or recorded');
      this.#giveUp(id);
    } finally {
      this.#played -= 1;
      this.#processes.delete(id);
      this.#scheduleLater();
    }
  }

  /** Returns null if the server has stopped, or the evaluation was removed, while its environment was looked up. */
  async #startProcess({
    id,
    jobId,
    model,
    episodes,
    seed,
    deterministic,
  }: EvaluationRecord): Promise<EvaluationProcess | null> {
    const { entry, store, environments, findJob, log } = this.#options;
    const { spec } = findJob(jobId);
    const { environment, wrappers } = spec;
    const { origin: environmentOrigin = null } = await environments.resolve(environment);
    if (!this.#isOpen || store.evaluations.find(id) === null) return null;
    const process = new EvaluationProcess({
      entry,
      spec,
      log: log.child({ jobId }),
      request: {
        model: store.artifacts.locate({ jobId, name: model }),
        environment,
        environmentOrigin,
        wrappers,
        episodes,
        seed,
        deterministic,
      },
    });
    this.#processes.set(id, { jobId, process });
    return process;
  }

  #giveUp(id: string): void {
    const error = { code: 'INTERNAL_ERROR', message: 'the server failed to play it; its log has the reason' };
    try {
      this.#options.store.evaluations.finish(id, { ...nothingPlayed, state: 'failed', error });
    } catch (failure) {
      this.#options.log.error({ err: failure, evaluation: id }, 'the end of an evaluation was not recorded');
    }
  }

  /** A queue that cannot be read now is read when the next evaluation is asked for. */
  #scheduleLater(): void {
    try {
      this.#schedule();
    } catch (error) {
      this.#options.log.error({ err: error }, 'evaluations cannot be read');
    }
  }

  #present({ jobId: job, ...record }: EvaluationRecord): RequestedEvaluation {
    const { trainingSteps, returns, lengths } = this.#processes.get(record.id)?.process ?? record;
    const scores =
      returns.length === 0
        ? { mean: null, standardDeviation: null, min: null, max: null }
        : summarizeReturns(returns, 0);
    const { mean, standardDeviation, min, max } = scores;
    return {
      ...record,
      job,
      trainingSteps,
      mean,
      standardDeviation,
      min,
      max,
      returns: [...returns],
      lengths: [...lengths],
    };
  }
}
