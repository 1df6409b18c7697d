// Lifecycle of a training run, from start to end. compose-run.ts creates its parts.
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { StopReason } from '../shared/protocol/messages.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { Checkpointer } from './checkpoint/checkpointer.ts';
import { GradientsRefusedError } from './learner/gradients-refused-error.ts';
import { composeRun } from './compose-run.ts';
import type { RunParts } from './run-parts.ts';
import { REPORT_INTERVAL_MS } from './run-reporter.ts';
import type { TrainingOutcome, TrainingRunOptions } from './training-run-options.ts';

/** Time that workers have to stop before they are terminated. */
const WORKER_STOP_DEADLINE_MS = 500;
/** How long a run that is being paused waits for its workers' states. */
const SUSPEND_DEADLINE_MS = 3000;

export class TrainingRun {
  /** Resolves when everything has ended; rejects if training failed. */
  readonly finished: Promise<TrainingOutcome>;
  readonly #parts: RunParts;
  #nextCheckpointMs: number;
  #reportTimer: NodeJS.Timeout | undefined;
  #isSuspending = false;

  private constructor(parts: RunParts) {
    this.#parts = parts;
    this.#nextCheckpointMs = performance.now() + parts.settings.spec.checkpoint.everySeconds * 1000;
    this.finished = parts.end.decided
      .then(async (reason) => await this.#conclude(reason))
      .finally(async () => await this.#close());
  }

  /** Starts training; the listener receives the progress, and `finished` the result. */
  static start(options: TrainingRunOptions): TrainingRun {
    const run = new TrainingRun(composeRun(options));
    run.#begin(options.resumeFrom ?? null);
    return run;
  }

  /** Asks the run to end, and keeps what was learned. A run that will be resumed takes a checkpoint first. */
  stop(reason: StopReason): void {
    const { end, checkpointer } = this.#parts;
    if (checkpointer !== null && goesOnLater(reason)) void this.#suspend(checkpointer, reason);
    else end.decide(reason);
  }

  /** Changes learning rates, the entropy coefficient and limits from the next update on. */
  change(spec: JobSpec): void {
    const { settings, learner } = this.#parts;
    settings.change(spec);
    learner.setLearningRates(spec.optimizer);
  }

  /** Starts the workers, or resumes them from a checkpoint. */
  #begin(checkpoint: Checkpoint | null): void {
    const { learner, statistics, evaluator, workers, intake, checkpointer, writer, end, reporter } =
      this.#parts;
    if (checkpoint !== null) {
      learner.setState(checkpoint.learner);
      statistics.setState(checkpoint.statistics, performance.now());
    }
    const states = checkpoint?.workers ?? [];
    workers.start(
      {
        onGradient: (worker, buffer) => {
          this.#receive(worker, buffer);
        },
        onState: (worker, state) => checkpointer?.receive(worker, state),
        onReplaced: (worker) => {
          intake.forget(worker);
        },
        onPresence: (worker, isPresent, state) => {
          checkpointer?.notePresence(worker, isPresent, state);
          const isWaiting = state !== null;
          reporter.noteWaiting(worker, isWaiting);
          if (intake.setPresence(worker, isPresent, isWaiting) && end.reason === null) this.#advance();
        },
        onFailure: (error) => {
          end.fail(error);
        },
      },
      { states, version: learner.version },
    );
    if (checkpoint !== null) {
      evaluator.setState(checkpoint.evaluator);
      // The best model may have waited for its turn when the earlier master died.
      if (evaluator.best !== null) writer?.write('best', evaluator.best);
    }
    this.#reportTimer = setInterval(() => {
      this.#tick();
    }, REPORT_INTERVAL_MS);
  }

  #tick(): void {
    void this.#checkTime();
    this.#parts.reporter.report();
    this.#checkpointInTime();
  }

  /** Continues until a checkpoint is taken, and then ends. */
  async #suspend(checkpointer: Checkpointer, reason: StopReason): Promise<void> {
    const { end } = this.#parts;
    if (this.#isSuspending || end.reason !== null) return;
    this.#isSuspending = true;
    await checkpointer.capture(SUSPEND_DEADLINE_MS);
    end.decide(reason);
  }

  #checkpointInTime(): void {
    const { end, settings, checkpointer } = this.#parts;
    const nowMs = performance.now();
    if (nowMs < this.#nextCheckpointMs || end.reason !== null) return;
    this.#nextCheckpointMs = nowMs + settings.spec.checkpoint.everySeconds * 1000;
    checkpointer?.request();
  }

  #receive(worker: number, buffer: ArrayBuffer): void {
    const { end, workers, intake } = this.#parts;
    if (end.reason !== null) {
      // The gradient is not applied any more, but a worker that waits for its buffer could not send its state.
      workers.returnBuffer(worker, buffer);
      return;
    }
    if (intake.receive(worker, buffer)) this.#advance();
  }

  /** Does what follows an update. */
  #advance(): void {
    const { reporter, evaluator, statistics, limits, isLearning } = this.#parts;
    reporter.sampleCurve();
    // Also in the last round of a job, so that a job whose limits are raised later takes the same course as one that
    // had them from the start.
    if (isLearning && evaluator.isDue(statistics.steps)) this.#evaluate();
    const reached = limits.findAfterUpdate();
    if (reached !== null) this.stop(reached);
  }

  /** Checks the time limit. Gradients check the limits too, but a job with slow workers must also end on time. */
  async #checkTime(): Promise<void> {
    const { end, limits } = this.#parts;
    const reached = end.reason === null ? await limits.findBetweenRounds() : null;
    if (reached !== null) this.stop(reached);
  }

  #evaluate(): void {
    const { evaluator, statistics, learner } = this.#parts;
    const { steps } = statistics;
    evaluator.evaluate(learner.copyParameters(), { steps, updates: learner.version });
  }

  /** Ends the workers, evaluates the last parameters, and waits until the models are stored. */
  async #conclude(reason: StopReason): Promise<TrainingOutcome> {
    const { settings, end, learner, workers, evaluator, limits, reporter, checkpointer, writer } =
      this.#parts;
    const isOver = reason !== 'cancelled' && !(checkpointer !== null && goesOnLater(reason));
    if (isOver) await limits.captureLast();
    await workers.stop(WORKER_STOP_DEADLINE_MS);
    // A run that will be resumed evaluates the rest then.
    if (isOver) await this.#evaluateLast();
    await writer?.finish();
    await checkpointer?.finish();
    // A failure after the end was decided, e.g. in writing the last model, also fails the run.
    if (end.failure && reason !== 'cancelled') throw end.failure;
    reporter.report({ isOver });
    return {
      spec: settings.spec,
      reason,
      figures: reporter.readFigures(),
      best: evaluator.best,
      finalParameters: learner.copyParameters(),
    };
  }

  async #evaluateLast(): Promise<void> {
    const { evaluator, learner, reporter, isLearning } = this.#parts;
    // Without any update, the initial parameters would be evaluated.
    if (learner.applied === 0 && learner.refused > 0) {
      reporter.report({ isOver: true });
      throw new GradientsRefusedError(learner.refused);
    }
    if (isLearning && evaluator.newestUpdates !== learner.version) this.#evaluate();
    await evaluator.finish();
  }

  /** Releases everything, however the run ended, before its end is reported. */
  async #close(): Promise<void> {
    const { workers, writer, checkpointer } = this.#parts;
    clearInterval(this.#reportTimer);
    await workers.close();
    await writer?.finish();
    await checkpointer?.close();
  }
}

/** Whether a run with this end will be resumed. */
function goesOnLater(reason: StopReason): boolean {
  return reason === 'paused' || reason === 'shutdown';
}
