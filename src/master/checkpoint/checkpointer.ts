// Checkpointer of a run: asks the workers for their states between two rollouts, adds the master's state, and has the
// checkpoint written.
import { findAlgorithm } from '../../shared/algorithms/algorithms.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { WorkerState } from '../../shared/protocol/worker-state.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import type { Learner } from '../learner/learner.ts';
import type { TrainingStatistics } from '../learner/training-statistics.ts';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointWriter, type CheckpointWriterOptions } from './checkpoint-writer.ts';

export interface CheckpointerOptions extends Omit<CheckpointWriterOptions, 'keep'> {
  readonly spec: JobSpec;
  readonly learner: Learner;
  readonly statistics: TrainingStatistics;
  readonly evaluator: Evaluator;
  /** Asks every worker for its state before its next rollout with parameters of `version` or newer. */
  readonly requestStates: (version: number) => void;
}

type MasterState = Pick<Checkpoint, 'learner' | 'statistics' | 'evaluator'>;

/** An unfinished checkpoint. */
interface Draft {
  readonly states: (WorkerState | null)[];
  readonly answered: Set<number>;
  readonly settled: PromiseWithResolvers<void>;
}

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #writer: CheckpointWriter;
  /** Workers that are not there, or wait: no checkpoint waits for them. Their states, if they are known. */
  readonly #absent = new Map<number, WorkerState | null>();
  #draft: Draft | null = null;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#writer = new CheckpointWriter({ ...options, keep: options.spec.checkpoint.keep });
  }

  /**
   * Starts a checkpoint unless one is unfinished. It holds the state at the moment when the last worker answers. If
   * workers learn in rounds, all of them answer before the same rollout, because none has seen the next version yet,
   * and no gradient of that rollout is applied before: a run that is resumed from there takes the same course.
   */
  request(): void {
    if (this.#draft !== null) return;
    const { spec, learner, requestStates } = this.#options;
    const draft: Draft = {
      states: Array.from({ length: spec.workers }, (_, index) => this.#absent.get(index) ?? null),
      answered: new Set(this.#absent.keys()),
      settled: Promise.withResolvers(),
    };
    this.#draft = draft;
    const { learnsInRounds } = findAlgorithm(spec.algorithm).traits;
    requestStates(learnsInRounds ? learner.version + 1 : learner.version);
    this.#submitIfComplete(draft);
  }

  /** Receives a worker's answer. */
  receive(workerIndex: number, state: WorkerState): void {
    const draft = this.#draft;
    if (!draft) return;
    draft.states[workerIndex] = state;
    draft.answered.add(workerIndex);
    this.#submitIfComplete(draft);
  }

  /** A worker has come or gone. Without its state, its episodes start again. */
  notePresence(workerIndex: number, isPresent: boolean, state: WorkerState | null = null): void {
    if (isPresent) {
      this.#absent.delete(workerIndex);
      return;
    }
    this.#absent.set(workerIndex, state);
    const draft = this.#draft;
    if (!draft) return;
    draft.states[workerIndex] ??= state;
    draft.answered.add(workerIndex);
    this.#submitIfComplete(draft);
  }

  /**
   * Takes a checkpoint of the present state, or of the state after the next update; `finish` waits until it is stored.
   * Workers that have not answered within `deadlineMs` are left out: their episodes start again.
   */
  async capture(deadlineMs: number): Promise<void> {
    this.request();
    const draft = this.#draft;
    if (!draft) return;
    const timer = setTimeout(() => {
      this.#submit(draft);
    }, deadlineMs);
    await draft.settled.promise;
    clearTimeout(timer);
  }

  /** Waits for all writes. */
  async finish(): Promise<void> {
    await this.#writer.finish();
  }

  /** Drops the unfinished checkpoint and waits for all writes. */
  async close(): Promise<void> {
    const draft = this.#draft;
    this.#draft = null;
    draft?.settled.resolve();
    await this.finish();
  }

  #submitIfComplete(draft: Draft): void {
    if (draft.answered.size === draft.states.length) this.#submit(draft);
  }

  #submit(draft: Draft): void {
    if (this.#draft !== draft) return;
    this.#draft = null;
    this.#writer.write({ formatVersion: 1, ...this.#readMaster(), workers: draft.states });
    draft.settled.resolve();
  }

  #readMaster(): MasterState {
    const { learner, statistics, evaluator } = this.#options;
    return {
      learner: learner.getState(),
      statistics: statistics.getState(performance.now()),
      evaluator: evaluator.getState(),
    };
  }
}
