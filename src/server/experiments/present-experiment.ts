// Presentation of an experiment in the API.
import type { CurveBands } from '../../shared/api/learning-curve.ts';
import type {
  Experiment,
  ExperimentRequest,
  ExperimentVariation,
  Variation,
} from '../../shared/api/experiment.ts';
import type { JobId } from '../../shared/job/job.ts';
import { isFinished } from '../../shared/job/transition.ts';
import { pickQuantile } from '../../shared/statistics/interquartile-mean.ts';
import { summarizeRuns } from '../../shared/statistics/summarize-runs.ts';
import { summarizeScores } from '../../shared/statistics/summarize-scores.ts';
import type { ExperimentMember, ExperimentRecord } from '../store/experiment-store.ts';
import { labelVariation, listSeeds } from './expand-experiment.ts';
import { joinStates } from './join-states.ts';

/** Points that are read of each job's curve, which become one curve of the variation. */
const pointsPerJob = 200;

export interface ExperimentContents {
  readonly request: ExperimentRequest;
  readonly members: readonly ExperimentMember[];
  readonly readCurve: (jobId: JobId, maxPoints: number) => CurveBands;
}

export function presentExperiment(record: ExperimentRecord, contents: ExperimentContents): Experiment {
  const { request, members } = contents;
  const variations = request.variations.map((settings, index) =>
    presentVariation(
      settings,
      members.filter(({ variation }) => variation === index),
      contents.readCurve,
    ),
  );
  const isOver = members.every(({ state }) => isFinished(state));
  return {
    id: record.id,
    name: record.name,
    state: joinStates(members.map(({ state }) => state)),
    createdAt: record.createdAt,
    progress: measureProgress(members),
    seeds: listSeeds(request),
    job: { ...request.job },
    variations,
    winner: isOver ? findWinner(variations) : null,
    jobs: members.map(({ id }) => id),
  };
}

/** Mean progress of jobs; a finished one has made all of its own. */
export function measureProgress(members: readonly ExperimentMember[]): number {
  const fractions = members.map(({ state, figures }) =>
    isFinished(state) ? 1 : (figures?.progress.fraction ?? 0),
  );
  return fractions.reduce((sum, fraction) => sum + fraction, 0) / Math.max(1, members.length);
}

/** A job of an experiment in a few numbers. */
export function presentMember({ id, seed, state, endedBy, figures }: ExperimentMember) {
  return {
    id,
    seed,
    state,
    endedBy,
    steps: figures?.progress.steps ?? 0,
    score: figures?.reward.evaluation?.mean ?? null,
  };
}

function presentVariation(
  settings: Variation,
  members: readonly ExperimentMember[],
  readCurve: ExperimentContents['readCurve'],
): ExperimentVariation {
  const jobs = members.map(presentMember);
  const { mean, interval } = summarizeScores(jobs.map(({ score }) => score));
  const steps = jobs.map((job) => job.steps).sort((a, b) => a - b);
  const curve = summarizeRuns(
    members.map(({ id, state }) => {
      const bands = readCurve(id, pointsPerJob);
      return { x: bands.steps, y: bands.columns.movingAverage?.mean ?? [], isOver: isFinished(state) };
    }),
  );
  return {
    label: labelVariation(settings),
    settings: { ...settings },
    state: joinStates(members.map(({ state }) => state)),
    jobs,
    score:
      mean === null
        ? null
        : { interquartileMean: mean, low: interval?.low ?? null, high: interval?.high ?? null },
    medianSteps: steps.length === 0 ? null : pickQuantile(steps, 0.5),
    curve: { steps: curve.x, mean: curve.mean, low: curve.low, high: curve.high },
  };
}

function findWinner(variations: readonly ExperimentVariation[]): Experiment['winner'] {
  const scored = variations.flatMap(({ score, medianSteps }, variation) =>
    score === null ? [] : [{ variation, score, medianSteps: medianSteps ?? 0 }],
  );
  scored.sort(
    (first, second) =>
      second.score.interquartileMean - first.score.interquartileMean ||
      first.medianSteps - second.medianSteps,
  );
  const [winner, ...others] = scored;
  if (!winner) return null;
  const { low } = winner.score;
  const isClear =
    low !== null && others.length > 0 && others.every(({ score }) => score.high !== null && score.high < low);
  return { variation: winner.variation, isClear };
}
