// Presentation of a job in the API.
import { foreseeEngine } from '../../shared/engines/engine-choice.ts';
import { estimateFinish } from '../../shared/job/estimate-finish.ts';
import type { Job, TrainingFigures } from '../../shared/job/job.ts';
import { groupMeasures, unknownMeasures } from '../../shared/measures/measured.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import type { JobOverview } from '../../shared/api/server-status.ts';
import type { JobRecord, JobSummary } from '../store/job-record.ts';

/** Metrics of a job that has not reported yet. */
const noFigures: TrainingFigures = {
  progress: { steps: 0, episodes: 0, updates: 0, fraction: 0, elapsedSeconds: 0 },
  reward: { movingAverage: null, exponentialMovingAverage: null, last: null, best: null, evaluation: null },
  throughput: { stepsPerSecond: 0, updatesPerSecond: 0 },
  staleness: { mean: 0, max: 0 },
  ...groupMeasures(unknownMeasures),
  refusedGradients: 0,
  staleGradients: 0,
  workerRestarts: 0,
};

/** `now` is in milliseconds since 1970, for the estimate of the job's end. */
export function presentJob(record: JobRecord, now: number): Job {
  const { id, name, state, stateReason, endedBy, spec, createdAt, startedAt, finishedAt, attempt, error } =
    record;
  const { progress, ...figures } = record.figures ?? noFigures;
  return {
    id,
    name,
    state,
    stateReason,
    endedBy,
    spec,
    createdAt,
    startedAt,
    finishedAt,
    attempt,
    progress: {
      ...progress,
      estimatedFinishAt: state === 'running' ? estimateFinish(progress, now) : null,
    },
    ...figures,
    checkpoint: presentCheckpoint(record),
    models: { best: modelUrl(record, 'best'), latest: modelUrl(record, 'latest') },
    engine: record.engine ?? foreseeEngine(spec),
    experiment: record.experimentId,
    error,
    warnings: record.warnings,
    changes: record.changes,
  };
}

/** The job in a few numbers. */
export function presentOverview({ figures, experimentId, ...job }: JobSummary, now: number): JobOverview {
  const { progress, reward, throughput } = figures ?? noFigures;
  const isRunning = job.state === 'running';
  return {
    ...job,
    experiment: experimentId,
    movingAverageReward: reward.movingAverage,
    bestReward: reward.best,
    episodes: progress.episodes,
    steps: progress.steps,
    stepsPerSecond: isRunning ? throughput.stepsPerSecond : 0,
    progress: progress.fraction,
    estimatedFinishAt: isRunning ? estimateFinish(progress, now) : null,
  };
}

function presentCheckpoint({ checkpointSteps: steps, checkpointTime: time }: JobRecord): Job['checkpoint'] {
  return steps === null || time === null ? null : { steps, time };
}

function modelUrl({ id, bestModelSteps, latestModelSteps }: JobRecord, model: ModelName): string | null {
  const steps = model === 'best' ? bestModelSteps : latestModelSteps;
  return steps === null ? null : `/jobs/${id}/models/${model}/model.json`;
}
