// What a comparison says, for people and for programs: groups of runs with the same settings, their scores and curves,
// and the settings that are not the same.
import { groupBySettings, listDifferences } from '../../shared/job/group-runs.ts';
import { isFinished } from '../../shared/job/transition.ts';
import { summarizeRuns } from '../../shared/statistics/summarize-runs.ts';
import { summarizeScores, type ScoreSummary } from '../../shared/statistics/summarize-scores.ts';
import type { CurvePoint } from '../jobs/draw-curve.ts';
import type { ComparedRun } from './compared-run.ts';

export interface ComparedGroup {
  /** A, B, C, … in the order of the runs. */
  readonly letter: string;
  readonly label: string;
  readonly runs: readonly ComparedRun[];
  readonly movingAverage: ScoreSummary;
  readonly bestEvaluation: ScoreSummary;
  /** Mean of the runs' moving averages over steps. */
  readonly curve: readonly CurvePoint[];
}

export interface Comparison {
  readonly groups: readonly ComparedGroup[];
  /** Settings that differ between groups, with the value of each group as JSON. */
  readonly differences: readonly { readonly path: string; readonly values: readonly string[] }[];
}

export function compareRuns(runs: readonly ComparedRun[]): Comparison {
  const groups = groupBySettings(runs);
  const firsts = groups.flatMap((group) => group.runs.slice(0, 1));
  return {
    groups: groups.map((group, index) => ({
      letter: nameGroup(index),
      ...group,
      movingAverage: summarizeScores(group.runs.map(({ movingAverage }) => movingAverage)),
      bestEvaluation: summarizeScores(group.runs.map(({ bestEvaluation }) => bestEvaluation)),
      curve: joinCurves(group.runs.filter(({ curve }) => curve.length > 0)),
    })),
    differences: listDifferences(firsts).filter(({ path }) => path !== 'seed'),
  };
}

/** A to Z, then A1, B1, … */
function nameGroup(index: number): string {
  const round = Math.floor(index / 26);
  return `${String.fromCharCode(65 + (index % 26))}${round === 0 ? '' : round}`;
}

function joinCurves(runs: readonly ComparedRun[]): readonly CurvePoint[] {
  const [only, ...others] = runs;
  if (only !== undefined && others.length === 0) return only.curve;
  const { x, mean } = summarizeRuns(
    runs.map(({ curve, state }) => ({
      x: curve.map((point) => point.x),
      y: curve.map((point) => point.y),
      isOver: state === 'directory' || isFinished(state),
    })),
  );
  return x.flatMap((place, index) => {
    const y = mean[index];
    return y === undefined || y === null ? [] : [{ x: place, y }];
  });
}
