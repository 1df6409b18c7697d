// Limits of a run, and the checkpoint that is taken where one is reached.
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { StopReason } from '../shared/protocol/messages.ts';
import type { Checkpointer } from './checkpoint/checkpointer.ts';
import { findReachedLimit } from './learner/find-reached-limit.ts';
import type { TrainingStatistics } from './learner/training-statistics.ts';

/** How long a run that has ended waits for its workers' states: its result is waited for. */
const FINAL_STATES_DEADLINE_MS = 1000;

export interface RunLimitsOptions {
  readonly stop: JobSpec['stop'];
  readonly statistics: TrainingStatistics;
  readonly checkpointer: Pick<Checkpointer, 'capture'> | null;
  /** Whether every round ends between two rollouts of all workers, so that a run which ends there can be continued. */
  readonly endsWithRound: boolean;
  /** Whether workers can tell their states at the end: those that learn several times from a rollout may be amid it. */
  readonly canAnswerLast: boolean;
}

export class RunLimits {
  readonly #options: RunLimitsOptions;
  /** What the newest round reached, where rounds end between rollouts. */
  #reachedByRound: StopReason | null = null;
  #lastCheckpoint: Promise<void> | null = null;

  constructor(options: RunLimitsOptions) {
    this.#options = options;
  }

  /** A round was counted and is about to be published. */
  noteRound(): void {
    if (!this.#options.endsWithRound) return;
    this.#reachedByRound = this.find();
    // Asked for now, all workers answer as they stand between this round and the next, which is not applied any more.
    if (this.#reachedByRound !== null) void this.captureLast();
  }

  /** The limit that training has reached after a gradient or a round; null while it goes on. */
  findAfterUpdate(): StopReason | null {
    return this.#options.endsWithRound ? this.#reachedByRound : this.find();
  }

  /** The limit that is reached now; null while training goes on. */
  find(): StopReason | null {
    const { stop, statistics } = this.#options;
    const { steps, episodes, fullMovingAverage: movingAverage } = statistics;
    const elapsedSeconds = statistics.elapsedSeconds(performance.now());
    return findReachedLimit(stop, { steps, episodes, elapsedSeconds, movingAverage });
  }

  /** The same as `find`, once the round under way has ended: workers can be continued from there. */
  async findBetweenRounds(): Promise<StopReason | null> {
    const reached = this.find();
    if (reached !== null && this.#options.endsWithRound) await this.captureLast();
    return reached;
  }

  /** Takes the last checkpoint, once. */
  async captureLast(): Promise<void> {
    const { checkpointer, canAnswerLast } = this.#options;
    this.#lastCheckpoint ??= checkpointer?.capture(canAnswerLast ? FINAL_STATES_DEADLINE_MS : 0) ?? null;
    await this.#lastCheckpoint;
  }
}
