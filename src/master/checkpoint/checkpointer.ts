// Takes checkpoints of a run while it goes on: asks the workers where they stand between two rollouts, puts their
// answers together with what the master knows, and has them written.
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
  /** a2c: the version at which all workers answer, and what the master knew then. */
  readonly version: number;
  master: MasterState | null;
  readonly settled: PromiseWithResolvers<void>;
}

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #writer: CheckpointWriter;
  readonly #isSynchronous: boolean;
  #draft: Draft | null = null;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#writer = new CheckpointWriter({ ...options, keep: options.spec.checkpoint.keep });
    this.#isSynchronous = options.spec.algorithm === 'a2c' || options.spec.algorithm === 'ppo';
  }

  /**
   * Begins a checkpoint unless one is being put together. In a2c it is of the moment between the present round and the
   * next, so that a run that goes on from it takes the same course; otherwise of when the last worker has answered.
   */
  request(): void {
    if (this.#draft !== null) return;
    const { spec, learner, requestStates } = this.#options;
    const version = learner.version + (this.#isSynchronous ? 1 : 0);
    this.#draft = {
      states: Array<WorkerState | null>(spec.workers).fill(null),
      answered: new Set(),
      version,
      master: null,
      settled: Promise.withResolvers(),
    };
    requestStates(version);
  }

  /** Call whenever training has advanced. */
  advance(): void {
    const draft = this.#draft;
    if (!draft || !this.#isSynchronous || draft.master || this.#options.learner.version < draft.version)
      return;
    draft.master = this.#readMaster();
    this.#completeWhenAnswered(draft);
  }

  /** A worker's answer. */
  receive(workerIndex: number, state: WorkerState): void {
    const draft = this.#draft;
    if (!draft) return;
    draft.states[workerIndex] = state;
    draft.answered.add(workerIndex);
    this.#completeWhenAnswered(draft);
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

  #completeWhenAnswered(draft: Draft): void {
    const isWaiting = draft.answered.size < draft.states.length || (this.#isSynchronous && !draft.master);
    if (!isWaiting) this.#submit(draft);
  }

  #submit(draft: Draft): void {
    if (this.#draft !== draft) return;
    this.#draft = null;
    const master = draft.master ?? this.#readMaster();
    this.#writer.write({ formatVersion: 1, ...master, workers: draft.states });
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
