// Ranking of the trials of a tuning.
import { isFinished } from '../../shared/job/transition.ts';
import { compareScores, scoreTrial, type TrialScore } from '../../shared/tuning/score-trial.ts';
import type { ExperimentMember } from '../store/experiment-store.ts';

/** A trial in the highest rung that it has reached. */
export interface RankedTrial {
  /** Its place among the trials, from 0. */
  readonly index: number;
  readonly rung: number;
  /** Its jobs in that rung. */
  readonly members: readonly ExperimentMember[];
  /** Null while one of them trains, and if one of them failed. */
  readonly score: TrialScore | null;
}

/**
 * Ranks the trials, best first: by the rung they have reached, and by their score there. `averageCurve` tells which of two
 * equals learned sooner.
 */
export function rankTrials(
  members: readonly ExperimentMember[],
  averageCurve: (jobId: ExperimentMember['id']) => number | null,
): RankedTrial[] {
  const byTrial = Map.groupBy(members, ({ variation }) => variation);
  const ranked = [...byTrial].map(([index, own]): RankedTrial => {
    const rung = Math.max(...own.map((member) => member.rung));
    const current = own.filter((member) => member.rung === rung);
    return { index, rung, members: current, score: scoreMembers(current, averageCurve) };
  });
  return ranked.sort(
    (first, second) =>
      second.rung - first.rung || compare(first.score, second.score) || first.index - second.index,
  );
}

function scoreMembers(
  members: readonly ExperimentMember[],
  averageCurve: (jobId: ExperimentMember['id']) => number | null,
): TrialScore | null {
  const runs = members.map(({ id, state, figures }) => {
    const greedyMean = figures?.reward.evaluation?.mean ?? null;
    // Gradients that are not finite are refused: what is left has learned from a part of its experience.
    const isSound = state === 'succeeded' && figures?.refusedGradients === 0;
    if (!isSound || greedyMean === null) return null;
    return { greedyMean, trainingMean: averageCurve(id) ?? greedyMean };
  });
  const known = runs.filter((run) => run !== null);
  const isComplete = members.every(({ state }) => isFinished(state)) && known.length === members.length;
  return isComplete ? scoreTrial(known) : null;
}

/** A trial without a score comes last. */
function compare(first: TrialScore | null, second: TrialScore | null): number {
  if (first === null || second === null) return Number(first === null) - Number(second === null);
  return compareScores(first, second);
}
