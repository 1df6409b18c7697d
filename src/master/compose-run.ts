// Composition of a training run. Each part is created with the parts that it needs, so the order of creation is the
// order of dependency.
import { findAlgorithm, readSettings } from '../shared/algorithms/algorithms.ts';
import { describeNetwork } from '../shared/algorithms/describe-network.ts';
import type { EngineChoice } from '../shared/engines/engine-choice.ts';
import { WasmEngine } from '../shared/engines/wasm/wasm-engine.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { wrapEnvironment } from '../shared/environments/wrappers/wrap-environment.ts';
import { countBuffersPerWorker } from '../shared/job/count-buffers.ts';
import { initializeParameters } from '../shared/network/initialize-parameters.ts';
import {
  countRunningNumbers,
  createParameterLayout,
  type NetworkShape,
  type ParameterLayout,
} from '../shared/network/parameter-layout.ts';
import { countVariables, describeMoments, totalMomentsLength } from '../shared/normalization/moments.ts';
import type { GradientBufferShape } from '../shared/protocol/gradient-buffer.ts';
import { Random } from '../shared/random/random.ts';
import { Checkpointer } from './checkpoint/checkpointer.ts';
import { ModelWriter } from './checkpoint/model-writer.ts';
import { chooseIncluded } from './engine/choose-included.ts';
import { Evaluator } from './evaluation/evaluator.ts';
import { GradientIntake } from './learner/gradient-intake.ts';
import { Learner } from './learner/learner.ts';
import { TrainingStatistics } from './learner/training-statistics.ts';
import { RunEnd } from './run-end.ts';
import { RunLimits } from './run-limits.ts';
import { RunReporter } from './run-reporter.ts';
import { RunSettings } from './run-settings.ts';
import type { RunParts } from './run-parts.ts';
import type { TrainingRunOptions } from './training-run-options.ts';
import { WorkerSupervisor } from './workers/worker-supervisor.ts';

/** Random streams split from the job's seed. */
const INITIALIZATION_STREAM = 0;
const WORKER_STREAM = 1;
const EVALUATION_STREAM = 2;

/** Values derived from a run's options. */
interface RunContext {
  readonly options: TrainingRunOptions;
  readonly settings: RunSettings;
  /** The job's environment with its wrappers. */
  readonly definition: EnvironmentDefinition;
  readonly network: NetworkShape;
  readonly layout: ParameterLayout;
  readonly shape: GradientBufferShape;
  readonly job: NonNullable<TrainingRunOptions['job']>;
  readonly random: Random;
  readonly engine: EngineChoice;
}

export function composeRun(options: TrainingRunOptions): RunParts {
  const { spec, listener, machine } = options;
  const settings = new RunSettings(spec);
  // Created first: a time limit also includes the initialization of a large network.
  const statistics = new TrainingStatistics(settings, performance.now());
  const context = describeRun(options, settings);
  const end = new RunEnd();
  const learner = createLearner(context);
  const workers = createWorkers(context, learner);
  const reporter = new RunReporter({
    spec,
    listener,
    cores: machine.cores,
    learner,
    statistics,
    workers,
    end,
  });
  const writer = createWriter(context, end);
  const evaluator = createEvaluator(context, { end, workers, statistics, writer });
  const checkpointer = createCheckpointer(context, {
    end,
    learner,
    statistics,
    evaluator,
    workers,
    reporter,
  });
  const limits = createLimits(context, statistics, checkpointer);
  const intake = createIntake(context, { learner, statistics, workers, limits, reporter });
  const isLearning = findAlgorithm(spec.algorithm).traits.learns;
  return {
    settings,
    isLearning,
    end,
    statistics,
    learner,
    workers,
    evaluator,
    intake,
    limits,
    reporter,
    writer,
    checkpointer,
  };
}

function describeRun(options: TrainingRunOptions, settings: RunSettings): RunContext {
  const { spec, job = { jobId: '', epoch: 1 } } = options;
  const definition = wrapEnvironment(options.definition, spec.wrappers);
  const network = describeNetwork(spec, definition);
  const layout = createParameterLayout(network);
  const observationVariables = countVariables(definition.observationSpace.shape);
  const shape = {
    parameters: layout.trainableSize,
    episodes: spec.rolloutLength * spec.environmentsPerWorker,
    moments:
      totalMomentsLength(describeMoments({ ...spec, observationVariables })) + countRunningNumbers(layout),
  };
  const random = Random.fromSeed(spec.seed);
  const engine = options.engine ?? chooseIncluded(spec);
  return { options, settings, definition, network, layout, shape, job, random, engine };
}

function createLearner({ options, settings, layout, random }: RunContext): Learner {
  const { spec, start, machine } = options;
  return new Learner({
    settings,
    layout,
    initialParameters:
      start?.parameters ??
      initializeParameters(layout, spec.network.initialization, random.split(INITIALIZATION_STREAM)),
    statisticsWeight: start?.steps ?? 0,
    engine: WasmEngine.open(machine.kernels),
  });
}

function createWorkers(context: RunContext, { board }: Learner): WorkerSupervisor {
  const { options, definition, network, shape, job, random, engine } = context;
  const { spec, logger, machine } = options;
  return new WorkerSupervisor({
    host: machine.createWorkerHost({ spec, kernels: machine.kernels, board, logger }),
    plan: {
      spec,
      environmentOrigin: definition.origin ?? null,
      isSynchronous: findAlgorithm(spec.algorithm).traits.learnsInRounds,
      network,
      engine,
      shape,
      buffers: countBuffersPerWorker(spec),
    },
    job,
    random: random.split(WORKER_STREAM),
    logger,
  });
}

function createWriter(
  { options, settings, definition, layout, job, engine }: RunContext,
  end: RunEnd,
): ModelWriter | null {
  const { artifacts, listener } = options;
  if (artifacts === null) return null;
  return new ModelWriter({
    artifacts,
    jobId: job.jobId,
    settings,
    definition,
    layout,
    engine,
    onWritten: (model, steps) => {
      listener.onModel?.(model, steps);
    },
    onFailure: (error) => {
      end.fail(error);
    },
  });
}

function createEvaluator(
  { options, definition, network, random, engine }: RunContext,
  { end, workers, statistics, writer }: Pick<RunParts, 'end' | 'workers' | 'statistics' | 'writer'>,
): Evaluator {
  const { spec, listener } = options;
  return new Evaluator({
    spec,
    definition,
    network,
    engine,
    random: random.split(EVALUATION_STREAM),
    play: async (assignment) => await workers.evaluate(assignment),
    onEvaluation: (scored, isBest) => {
      statistics.addEvaluation(scored.evaluation);
      if (isBest) writer?.write('best', scored);
      writer?.write('latest', scored);
      listener.onEvaluation?.(scored.evaluation, isBest);
    },
    onFailure: (error) => {
      end.fail(error);
    },
  });
}

function createCheckpointer(
  { options, job }: RunContext,
  parts: Pick<RunParts, 'end' | 'learner' | 'statistics' | 'evaluator' | 'workers' | 'reporter'>,
): Checkpointer | null {
  const { spec, artifacts, keepsCheckpoints = false, listener } = options;
  const { end, learner, statistics, evaluator, workers, reporter } = parts;
  if (artifacts === null || !keepsCheckpoints) return null;
  return new Checkpointer({
    artifacts,
    jobId: job.jobId,
    spec,
    learner,
    statistics,
    evaluator,
    requestStates: (version) => {
      workers.requestStates(version);
    },
    onWritten: (steps) => {
      // Metrics are reported first: otherwise a job's metrics could be older than its checkpoint.
      reporter.report();
      listener.onCheckpoint?.(steps);
    },
    onFailure: (error) => {
      end.fail(error);
    },
  });
}

function createLimits(
  { settings }: RunContext,
  statistics: TrainingStatistics,
  checkpointer: Checkpointer | null,
): RunLimits {
  const { learnsInRounds, gradientsPerRollout } = findAlgorithm(settings.spec.algorithm).traits;
  const canAnswerLast = gradientsPerRollout === 'one';
  const endsWithRound = learnsInRounds && canAnswerLast;
  return new RunLimits({ settings, statistics, checkpointer, endsWithRound, canAnswerLast });
}

function createIntake(
  { options, shape }: RunContext,
  parts: Pick<RunParts, 'learner' | 'statistics' | 'workers' | 'limits' | 'reporter'>,
): GradientIntake {
  const { spec } = options;
  const { learner, statistics, workers, limits, reporter } = parts;
  const algorithm = findAlgorithm(spec.algorithm);
  return new GradientIntake({
    learnsInRounds: algorithm.traits.learnsInRounds,
    maxStaleness: spec.maxStaleness,
    maxKl: algorithm.readMaxKl(readSettings(spec, algorithm)),
    workers: spec.workers,
    shape,
    learner,
    statistics,
    onRollout: () => {
      workers.admit();
    },
    onRound: () => {
      limits.noteRound();
    },
    returnBuffer: (worker, buffer) => {
      workers.returnBuffer(worker, buffer);
    },
    onEpisode: (episode) => {
      reporter.addEpisode(episode);
    },
  });
}
