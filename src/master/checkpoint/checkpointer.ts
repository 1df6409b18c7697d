// Takes checkpoints of a run while it goes on: asks the workers where they stand between two rollouts, puts their
// answers together with what the master knows, and has them written.
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

/** A checkpoint that is being put together. */
interface Draft {
  readonly states: (WorkerState | null)[];
  readonly answered: Set<number>;
  readonly settled: PromiseWithResolvers<void>;
}

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #writer: CheckpointWriter;
  #draft: Draft | null = null;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#writer = new CheckpointWriter({ ...options, keep: options.spec.checkpoint.keep });
  }

  /**
   * Begins a checkpoint unless one is being put together. It is of the moment when the last worker has answered. Where
   * workers learn in rounds they all answer before the same rollout, as nobody has seen the next version yet, and no
   * gradient of that rollout can be applied before: a run that continues from there takes the same course.
   */
  request(): void {
    if (this.#draft !== null) return;
    const { spec, learner, requestStates } = this.#options;
    this.#draft = {
      states: Array<WorkerState | null>(spec.workers).fill(null),
      answered: new Set(),
      settled: Promise.withResolvers(),
    };
    const { learnsInRounds } = findAlgorithm(spec.algorithm).traits;
    requestStates(learnsInRounds ? learner.version + 1 : learner.version);
  }

  /** A worker's answer. */
  receive(workerIndex: number, state: WorkerState): void {
    const draft = this.#draft;
    if (!draft) return;
    draft.states[workerIndex] = state;
    draft.answered.add(workerIndex);
    if (draft.answered.size === draft.states.length) this.#submit(draft);
  }

  /**
   * Takes a checkpoint of now, or of when training has next advanced; `finish` waits until it is on the disk. Workers
   * that have not answered after `deadlineMs` are left out: their episodes begin again.
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

  /** Waits for what is being written. */
  async finish(): Promise<void> {
    await this.#writer.finish();
  }

  /** Gives up what is being put together, and waits for what is being written. */
  async close(): Promise<void> {
    const draft = this.#draft;
    this.#draft = null;
    draft?.settled.resolve();
    await this.finish();
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
