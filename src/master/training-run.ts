// One training job from start to end: the learner, its workers, evaluations and models. Needs no server.
import { availableParallelism } from 'node:os';
import { findAlgorithm, readSettings } from '../shared/algorithms/algorithms.ts';
import { WasmEngine } from '../shared/engines/wasm/wasm-engine.ts';
import { wrapEnvironment } from '../shared/environments/wrappers/wrap-environment.ts';
import type { TrainingFigures } from '../shared/job/job.ts';
import { compileKernels } from '../shared/engines/wasm/kernels/load-kernels.ts';
import { describeMoments, totalMomentsLength } from '../shared/normalization/moments.ts';
import { initializeParameters } from '../shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import { describeNetwork } from '../shared/algorithms/describe-network.ts';
import type { EpisodeRecord, StopReason } from '../shared/protocol/messages.ts';
import { Random } from '../shared/random/random.ts';
import { flatSize } from '../shared/spaces/space.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { Checkpointer } from './checkpoint/checkpointer.ts';
import { ModelWriter } from './checkpoint/model-writer.ts';
import { Evaluator, type ScoredParameters } from './evaluation/evaluator.ts';
import { findReachedLimit } from './learner/find-reached-limit.ts';
import { GradientIntake } from './learner/gradient-intake.ts';
import { Learner } from './learner/learner.ts';
import { GradientsRefusedError } from './learner/gradients-refused-error.ts';
import { RunWarnings } from './learner/run-warnings.ts';
import { TrainingStatistics } from './learner/training-statistics.ts';
import { CurvePace } from './curve-pace.ts';
import { isInterruption, type TrainingOutcome, type TrainingRunOptions } from './training-run-options.ts';
import { WorkerPool } from './workers/worker-pool.ts';

const REPORT_INTERVAL_MS = 100;
const RECENT_EPISODES = 10;
/** How long workers may take to notice the stop flag before their threads are ended. */
const WORKER_STOP_DEADLINE_MS = 500;
/** How long a run that is asked to pause waits for its workers' states. */
const SUSPEND_DEADLINE_MS = 3000;
/** How long one that has ended does: it may be given more room later, but its result is waited for now. */
const FINAL_STATES_DEADLINE_MS = 1000;

/** Streams split from the job's seed. */
const INITIALIZATION_STREAM = 0;
const WORKER_STREAM = 1;
const EVALUATION_STREAM = 2;

export class TrainingRun {
  /** Resolves when everything has ended; rejects when training failed. */
  readonly finished: Promise<TrainingOutcome>;
  readonly #options: TrainingRunOptions;
  readonly #learner: Learner;
  readonly #pool: WorkerPool;
  readonly #evaluator: Evaluator;
  readonly #writer: ModelWriter | null;
  readonly #checkpointer: Checkpointer | null;
  #nextCheckpointMs: number;
  #isSuspending = false;
  /** Of the parameters evaluated last. */
  #evaluatedVersion: number | null = null;
  /** The checkpoint that a run which has reached a limit leaves behind. */
  #lastCheckpoint: Promise<void> | null = null;
  readonly #statistics: TrainingStatistics;
  readonly #isLearning: boolean;
  /** Whether every round ends between two rollouts of all workers, as a run that goes on later needs. */
  readonly #endsWithRound: boolean;
  /** Whether workers can answer where the run ends: those that learn several times from a rollout may be amid it. */
  readonly #canAnswerLast: boolean;
  /** Where workers learn in rounds: the limit that the newest round reached. */
  #limit: StopReason | null = null;
  readonly #intake: GradientIntake;
  readonly #warnings: RunWarnings;
  #recentEpisodes: EpisodeRecord[] = [];
  readonly #curvePace = new CurvePace(REPORT_INTERVAL_MS);
  #reportTimer: NodeJS.Timeout | undefined;
  #stopReason: StopReason | null = null;
  #failure: Error | null = null;
  #settle: { resolve: (reason: StopReason) => void; reject: (error: Error) => void };

  private constructor(options: TrainingRunOptions) {
    const { spec } = options;
    const algorithm = findAlgorithm(spec.algorithm);
    // From now on, so that a limit of time holds for the first parameters of a large network too.
    this.#statistics = new TrainingStatistics(spec, performance.now());
    const definition = wrapEnvironment(options.definition, spec.wrappers);
    const network = describeNetwork(spec, definition);
    const layout = createParameterLayout(network);
    const random = Random.fromSeed(spec.seed);
    const kernels = compileKernels();
    this.#options = { ...options, definition };
    this.#warnings = new RunWarnings(spec, availableParallelism(), (warning) =>
      options.listener.onWarning?.(warning),
    );
    const { learns, learnsInRounds, gradientsPerRollout } = algorithm.traits;
    this.#isLearning = learns;
    this.#endsWithRound = learnsInRounds && gradientsPerRollout === 'one';
    this.#canAnswerLast = gradientsPerRollout === 'one';
    const shape = {
      parameters: layout.trainableSize,
      episodes: spec.rolloutLength * spec.environmentsPerWorker,
      moments: totalMomentsLength(
        describeMoments({ ...spec, observationSize: flatSize(definition.observationSpace) }),
      ),
    };
    this.#learner = new Learner({
      spec,
      layout,
      initialParameters:
        options.start?.parameters ??
        initializeParameters(layout, spec.network.initialization, random.split(INITIALIZATION_STREAM)),
      statisticsWeight: options.start?.steps ?? 0,
      engine: WasmEngine.open(kernels),
    });
    this.#pool = new WorkerPool({
      spec,
      environmentModule: definition.moduleUrl ?? null,
      network,
      kernels,
      shape,
      board: this.#learner.board.memory,
      random: random.split(WORKER_STREAM),
      onGradient: (workerIndex, buffer) => {
        this.#receive(workerIndex, buffer);
      },
      onState: (workerIndex, state) => this.#checkpointer?.receive(workerIndex, state),
      onRestart: (worker, err) => {
        this.#intake.forget(worker);
        options.logger.warn({ worker, err }, 'worker failed and was replaced');
      },
      onRetry: (err) => {
        options.logger.warn({ err }, 'evaluation was given up and is tried again');
      },
      onThreadError: (err) => {
        options.logger.warn({ err }, 'idle thread failed');
      },
      onFailure: (error) => {
        this.#fail(error);
      },
    });
    this.#evaluator = new Evaluator({
      spec,
      definition,
      network,
      kernels,
      random: random.split(EVALUATION_STREAM),
      pool: this.#pool,
      onEvaluation: (scored, isBest) => {
        this.#announce(scored, isBest);
      },
      onFailure: (error) => {
        this.#fail(error);
      },
    });
    this.#writer = options.directory === null ? null : this.#createWriter(options.directory, layout);
    this.#checkpointer = options.checkpoints ? this.#createCheckpointer(options.checkpoints.directory) : null;
    this.#nextCheckpointMs = performance.now() + spec.checkpoint.everySeconds * 1000;
    this.#intake = new GradientIntake({
      learnsInRounds,
      maxKl: algorithm.readMaxKl(readSettings(spec, algorithm)),
      workers: spec.workers,
      shape,
      learner: this.#learner,
      statistics: this.#statistics,
      onRound: () => {
        this.#limit = this.#findReachedLimit();
        // Asked for now, all workers answer as they stand between this round and the next, which is not applied any more.
        if (this.#limit !== null && this.#endsWithRound) this.#lastCheckpoint ??= this.#captureLast();
      },
      returnBuffer: (workerIndex, buffer) => {
        this.#pool.returnBuffer(workerIndex, buffer);
      },
      onEpisode: (episode) => {
        this.#keepRecent(episode);
      },
    });
    const { promise, resolve, reject } = Promise.withResolvers<StopReason>();
    this.#settle = { resolve, reject };
    this.finished = promise
      .then(async (reason) => await this.#conclude(reason))
      .finally(async () => await this.#close());
  }

  /** Starts training; progress goes to the listener, the end to `finished`. */
  static start(options: TrainingRunOptions): TrainingRun {
    const run = new TrainingRun(options);
    run.#begin(options.checkpoints?.resumeFrom ?? null);
    run.#reportTimer = setInterval(() => {
      void run.#checkTime();
      run.#report();
      run.#checkpointInTime();
    }, REPORT_INTERVAL_MS);
    return run;
  }

  /** Asks the run to end; what was learned is kept. One that is to go on later takes a checkpoint first. */
  stop(reason: StopReason): void {
    if (this.#stopReason !== null) return;
    if (this.#checkpointer !== null && (reason === 'paused' || reason === 'shutdown')) {
      void this.#suspend(this.#checkpointer, reason);
      return;
    }
    this.#stopReason = reason;
    this.#settle.resolve(reason);
  }

  /** Starts the workers, or lets them go on from a checkpoint. */
  #begin(checkpoint: Checkpoint | null): void {
    if (checkpoint === null) {
      this.#pool.start();
      return;
    }
    const { learner, statistics, evaluator, workers } = checkpoint;
    this.#learner.setState(learner);
    this.#statistics.setState(statistics, performance.now());
    this.#pool.start(workers, learner.version);
    this.#evaluator.setState(evaluator);
  }

  /** Goes on until a checkpoint is taken, and then ends. */
  async #suspend(checkpointer: Checkpointer, reason: StopReason): Promise<void> {
    if (this.#isSuspending) return;
    this.#isSuspending = true;
    await checkpointer.capture(SUSPEND_DEADLINE_MS);
    if (this.#stopReason !== null) return;
    this.#stopReason = reason;
    this.#settle.resolve(reason);
  }

  #checkpointInTime(): void {
    const nowMs = performance.now();
    if (nowMs < this.#nextCheckpointMs || this.#stopReason !== null) return;
    this.#nextCheckpointMs = nowMs + this.#options.spec.checkpoint.everySeconds * 1000;
    this.#checkpointer?.request();
  }

  #fail(error: Error): void {
    this.#stopReason ??= 'cancelled';
    this.#failure ??= error;
    this.#settle.reject(error);
  }

  #receive(workerIndex: number, buffer: ArrayBuffer): void {
    if (this.#stopReason !== null) {
      // Not applied any more, but a worker that waits for its buffer could not tell where it stands.
      this.#pool.returnBuffer(workerIndex, buffer);
      return;
    }
    if (!this.#intake.receive(workerIndex, buffer)) return;
    this.#sampleCurve();
    // Also in the round that ends a job: one that is given more room later takes the course of one that had it.
    if (this.#isLearning && this.#evaluator.isDue(this.#statistics.steps)) this.#evaluate();
    const reached = this.#limit ?? (this.#endsWithRound ? null : this.#findReachedLimit());
    if (reached !== null) this.stop(reached);
  }

  #findReachedLimit(): StopReason | null {
    const { steps, episodes, fullMovingAverage: movingAverage } = this.#statistics;
    const elapsedSeconds = this.#statistics.elapsedSeconds(performance.now());
    return findReachedLimit(this.#options.spec.stop, { steps, episodes, elapsedSeconds, movingAverage });
  }

  /** Gradients check the limits too, but a job whose workers are slow ends on time all the same. */
  async #checkTime(): Promise<void> {
    const reached = this.#stopReason === null ? this.#findReachedLimit() : null;
    if (reached === null) return;
    // A round that ends soon is one that all workers can go on from.
    if (this.#endsWithRound) await (this.#lastCheckpoint ??= this.#captureLast());
    this.stop(reached);
  }

  async #captureLast(): Promise<void> {
    await this.#checkpointer?.capture(this.#canAnswerLast ? FINAL_STATES_DEADLINE_MS : 0);
  }

  #sampleCurve(): void {
    const nowMs = performance.now();
    if (!this.#curvePace.isDue(nowMs)) return;
    const figures = this.#readFigures();
    this.#curvePace.noteOne(nowMs, figures.progress.elapsedSeconds);
    this.#options.listener.onCurvePoint?.(figures);
  }

  #keepRecent(episode: EpisodeRecord): void {
    if (this.#recentEpisodes.length === RECENT_EPISODES) this.#recentEpisodes.shift();
    this.#recentEpisodes.push(episode);
    this.#options.listener.onEpisode?.(episode);
  }

  #evaluate(): void {
    const { steps } = this.#statistics;
    const { version } = this.#learner;
    this.#evaluatedVersion = version;
    this.#evaluator.evaluate(this.#learner.copyParameters(), { steps, updates: version });
  }

  #announce(scored: ScoredParameters, isBest: boolean): void {
    this.#statistics.addEvaluation(scored.evaluation);
    if (isBest) this.#writer?.write('best', scored);
    this.#writer?.write('latest', scored);
    this.#options.listener.onEvaluation?.(scored.evaluation, isBest);
  }

  #report(isOver = false): void {
    this.#checkHealth(isOver);
    const episodes = this.#recentEpisodes;
    this.#recentEpisodes = [];
    this.#options.listener.onFigures?.(this.#readFigures(), episodes);
  }

  #checkHealth(isOver: boolean): void {
    const { steps, episodes } = this.#statistics;
    const { applied: appliedGradients, refused: refusedGradients } = this.#learner;
    this.#warnings.check({ steps, episodes, appliedGradients, refusedGradients }, isOver);
  }

  #readFigures(): TrainingFigures {
    const figures = this.#statistics.read(performance.now(), {
      updates: this.#learner.version,
      refusedGradients: this.#learner.refused,
      workerRestarts: this.#pool.restarts,
    });
    const isComplete = this.#stopReason !== null && !isInterruption(this.#stopReason);
    return isComplete ? { ...figures, progress: { ...figures.progress, fraction: 1 } } : figures;
  }

  /** Ends the workers, evaluates what was learned last, and waits for the models to be on disk. */
  async #conclude(reason: StopReason): Promise<TrainingOutcome> {
    const goesOnLater = this.#checkpointer !== null && (reason === 'paused' || reason === 'shutdown');
    const isOver = reason !== 'cancelled' && !goesOnLater;
    if (isOver) await (this.#lastCheckpoint ??= this.#captureLast());
    await this.#pool.stop(WORKER_STOP_DEADLINE_MS);
    if (isOver) this.#requireGradients();
    // A run that goes on later evaluates then what it has not evaluated yet.
    if (this.#isLearning && isOver && this.#evaluatedVersion !== this.#learner.version) this.#evaluate();
    if (isOver) await this.#evaluator.finish();
    await this.#writer?.finish();
    await this.#checkpointer?.finish();
    // What fails after the end was decided, as the last model's writing may, still fails the run.
    if (this.#failure && reason !== 'cancelled') throw this.#failure;
    this.#report(isOver);
    return {
      spec: this.#options.spec,
      reason,
      figures: this.#readFigures(),
      best: this.#evaluator.best,
      finalParameters: this.#learner.copyParameters(),
    };
  }

  /** What a run that learned nothing would evaluate is what it began with. */
  #requireGradients(): void {
    if (this.#learner.applied > 0 || this.#learner.refused === 0) return;
    this.#report(true);
    throw new GradientsRefusedError(this.#learner.refused);
  }

  /** Whatever the end, nothing of the run is left when it is told. */
  async #close(): Promise<void> {
    clearInterval(this.#reportTimer);
    await this.#pool.close();
    await this.#writer?.finish();
    await this.#checkpointer?.close();
  }

  #createCheckpointer(directory: string): Checkpointer {
    const { spec, listener } = this.#options;
    return new Checkpointer({
      directory,
      spec,
      learner: this.#learner,
      statistics: this.#statistics,
      evaluator: this.#evaluator,
      requestStates: (version) => {
        this.#pool.requestStates(version);
      },
      onWritten: (steps) => {
        // First what was reached: nobody should see a job that is behind its own checkpoint.
        this.#report();
        listener.onCheckpoint?.(steps);
      },
      onFailure: (error) => {
        this.#fail(error);
      },
    });
  }

  #createWriter(directory: string, layout: ReturnType<typeof createParameterLayout>): ModelWriter {
    const { spec, definition, listener } = this.#options;
    return new ModelWriter({
      directory,
      spec,
      definition,
      layout,
      onWritten: (model, steps) => {
        listener.onModel?.(model, steps);
      },
      onFailure: (error) => {
        this.#fail(error);
      },
    });
  }
}
