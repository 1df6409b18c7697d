// Presentation of a tuning in the API.
import type { ExperimentOverview } from '../../shared/api/experiment.ts';
import type { Tuning, TuningTrial } from '../../shared/api/tuning.ts';
import type { JobState } from '../../shared/job/job.ts';
import { isFinished } from '../../shared/job/transition.ts';
import { countSteps } from '../../shared/tuning/successive-halving.ts';
import type { ExperimentMember, ExperimentRecord } from '../store/experiment-store.ts';
import { joinStates } from './join-states.ts';
import { presentMember } from './present-experiment.ts';
import type { RankedTrial } from './rank-trials.ts';
import type { StoredTuning } from './tuning-plan.ts';

export interface TuningContents {
  readonly stored: StoredTuning;
  readonly members: readonly ExperimentMember[];
  /** Best first. */
  readonly ranking: readonly RankedTrial[];
}

export function presentTuning(
  record: ExperimentRecord,
  { stored, members, ranking }: TuningContents,
): Tuning {
  const overview = presentTuningOverview(record, stored, members);
  const trials = ranking.map((trial) => presentTrial(trial, stored));
  // The first one with a score, even if others train in a higher rung now.
  const best = trials.find(({ score }) => score !== null);
  return {
    id: record.id,
    name: record.name,
    environment: overview.environment,
    state: overview.state,
    createdAt: record.createdAt,
    progress: overview.progress,
    seed: stored.request.seed,
    rung: Math.max(0, ...members.map(({ rung }) => rung)),
    rungs: stored.rungs.map(({ candidates, steps, seeds }) => ({ candidates, steps, seeds })),
    trials,
    best: best?.score ? { trial: best.number, score: best.score, settings: best.settings } : null,
    jobs: members.map(({ id }) => id),
  };
}

export function presentTuningOverview(
  { id, name, createdAt, finishedAt }: ExperimentRecord,
  { request, rungs }: StoredTuning,
  members: readonly ExperimentMember[],
): ExperimentOverview {
  const trained = members.reduce((sum, { figures }) => sum + (figures?.progress.steps ?? 0), 0);
  return {
    id,
    name,
    createdAt,
    environment: request.job.environment,
    state: findState(members, finishedAt !== null),
    progress: finishedAt === null ? Math.min(1, trained / countSteps(rungs)) : 1,
    jobs: members.length,
  };
}

/** Trials that fail are part of a search; it has failed only if nothing could be trained. */
function findState(members: readonly ExperimentMember[], isOver: boolean): JobState {
  const states = members.map(({ state }) => state);
  const joined = joinStates(states);
  if (!isFinished(joined)) return joined;
  // Between two rungs.
  if (!isOver) return 'running';
  if (states.includes('cancelled')) return 'cancelled';
  return states.includes('succeeded') ? 'succeeded' : 'failed';
}

function presentTrial({ index, rung, members, score }: RankedTrial, { trials }: StoredTuning): TuningTrial {
  return {
    number: index + 1,
    rung,
    score:
      score === null
        ? null
        : {
            mean: score.mean,
            standardDeviation: score.standardDeviation,
            min: score.min,
            max: score.max,
            seeds: score.seeds,
          },
    settings: { ...trials[index] },
    jobs: members.map(presentMember),
  };
}
