// Limits of a run, and the last checkpoint, which is taken when a limit is reached.
import type { StopReason } from '../shared/protocol/messages.ts';
import type { CurrentSettings } from './run-settings.ts';
import type { Checkpointer } from './checkpoint/checkpointer.ts';
import { findReachedLimit } from './learner/find-reached-limit.ts';
import type { TrainingStatistics } from './learner/training-statistics.ts';

/** How long a run at its end waits for its workers' states. Short, because a caller waits for the result. */
const FINAL_STATES_DEADLINE_MS = 1000;

export interface RunLimitsOptions {
  readonly settings: CurrentSettings;
  readonly statistics: TrainingStatistics;
  readonly checkpointer: Pick<Checkpointer, 'capture'> | null;
  /** Whether every round ends between two rollouts of all workers, so that a run can be resumed from there. */
  readonly endsWithRound: boolean;
  /**
   * Whether workers can send their states at the end. Algorithms that learn several times from a rollout may be in the
   * middle of it.
   */
  readonly canAnswerLast: boolean;
}

export class RunLimits {
  readonly #options: RunLimitsOptions;
  /** The limit that the newest round reached, if rounds end between rollouts. */
  #reachedByRound: StopReason | null = null;
  #lastCheckpoint: Promise<void> | null = null;

  constructor(options: RunLimitsOptions) {
    this.#options = options;
  }

  /** Called when a round has been counted, before it is published. */
  noteRound(): void {
    if (!this.#options.endsWithRound) return;
    this.#reachedByRound = this.find();
    // Requested now, the states of all workers are those between this round and the next, which is not applied.
    if (this.#reachedByRound !== null) void this.captureLast();
  }

  /** Returns the limit that training has reached after a gradient or a round; null while it continues. */
  findAfterUpdate(): StopReason | null {
    return this.#options.endsWithRound ? this.#reachedByRound : this.find();
  }

  /** Returns the limit that is reached now; null while training continues. */
  find(): StopReason | null {
    const { settings, statistics } = this.#options;
    const { stop } = settings.spec;
    const { steps, episodes } = statistics;
    // Asked after every gradient: what no limit is compared with is not computed.
    const movingAverage = stop.targetReward === null ? null : statistics.fullMovingAverage;
    const elapsedSeconds = stop.maxSeconds === null ? 0 : statistics.elapsedSeconds(performance.now());
    const hasPlateaued = stop.noImprovement !== null && statistics.hasPlateaued(stop.noImprovement);
    const hasCollapsed = stop.collapse !== null && statistics.hasCollapsed(stop.collapse);
    const values = { steps, episodes, elapsedSeconds, movingAverage, hasPlateaued, hasCollapsed };
    return findReachedLimit(stop, values);
  }

  /** Like `find`, but after the current round has ended, so that the run can be resumed from there. */
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
