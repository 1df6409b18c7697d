// A planned training, run in this process and shown while it runs.
import { join } from 'node:path';
import { pino } from 'pino';
import { backendVariable, chooseEngine } from '../../master/engine/choose-engine.ts';
import { openNodeMachine } from '../../master/node-machine.ts';
import { TrainingRun } from '../../master/training-run.ts';
import type { TrainingListener } from '../../master/training-run-options.ts';
import { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import { describeEnd } from '../../shared/job/describe-end.ts';
import { isStopLimit } from '../../shared/protocol/messages.ts';
import type { PlannedRun } from './plan-run.ts';
import type { TrainingDisplay, TrainingSummary } from './training-display.ts';

export interface TrainOptions extends PlannedRun {
  readonly display: TrainingDisplay;
  readonly logLevel: string;
}

/** Trains until the job ends or Ctrl-C stops it. A second Ctrl-C ends the process at once. */
export async function runTraining({
  display,
  logLevel,
  directory,
  curve,
  curveFiles,
  ...options
}: TrainOptions): Promise<TrainingSummary> {
  let model: string | null = null;
  const listener: TrainingListener = {
    onFigures: (figures, episodes) => display.onFigures?.(figures, episodes),
    onCurvePoint: (figures) => {
      curve.add(figures);
      curveFiles.addPoint(figures);
    },
    onEvaluation: (evaluation, isBest) => {
      curveFiles.addEvaluation(evaluation);
      display.onEvaluation?.(evaluation, isBest);
    },
    onWarning: (warning) => display.onWarning?.(warning),
    onModel: (name, steps) => {
      if (name === 'best') model = join(directory, name);
      display.onModel?.(name, steps);
    },
    // Episodes are frequent, so a display that does not show them gets no listener.
    ...(display.onEpisode && { onEpisode: (episode) => display.onEpisode?.(episode) }),
  };
  const logger = pino({ level: logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const artifacts = new DirectoryArtifactStore(() => directory);
  const engine = await chooseEngine(options.spec, process.env[backendVariable]);
  const run = TrainingRun.start({
    ...options,
    engine,
    artifacts,
    keepsCheckpoints: true,
    machine: openNodeMachine(),
    logger,
    listener,
  });
  const interrupt = (): void => {
    run.stop('paused');
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const { reason, figures } = await run.finished;
    await keepCurve(() => curve.finish(figures), display);
    curveFiles.addLastPoint(figures);
    const explanation = isStopLimit(reason)
      ? describeEnd(reason, options.spec.stop, figures)
      : `interrupted; npx a3c train --resume ${directory} continues it`;
    return { reason, explanation, figures, model };
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await curveFiles.close();
  }
}

/** The models are written, so a training whose curve cannot be written is no failure. */
async function keepCurve(write: () => Promise<void>, display: TrainingDisplay): Promise<void> {
  try {
    await write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    display.onWarning?.({
      code: 'CURVE_NOT_WRITTEN',
      message: `the learning curve was not written: ${reason}`,
    });
  }
}
