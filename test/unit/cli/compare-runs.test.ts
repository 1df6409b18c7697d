// Runs that a3c compare joins: what ends early counts on, what still trains does not.
import { expect, it } from 'vitest';
import { compareRuns } from '../../../src/cli/comparing/compare-runs.ts';
import type { ComparedRun } from '../../../src/cli/comparing/compared-run.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';

function createRun(state: ComparedRun['state'], seed: number, curve: ComparedRun['curve']): ComparedRun {
  const figures = { steps: null, elapsedSeconds: null, movingAverage: null, bestEvaluation: null };
  return { id: `run ${seed}`, name: null, spec: { ...exampleSpec, seed }, state, ...figures, curve };
}

it.each([
  ['succeeded', 15],
  ['directory', 15],
  ['running', 20],
] as const)('a run that is %s and shorter than another', (state, expected) => {
  const short = createRun(state, 1, [
    { x: 0, y: 10 },
    { x: 50, y: 10 },
  ]);
  const long = createRun('running', 2, [
    { x: 0, y: 20 },
    { x: 100, y: 20 },
  ]);
  const [group] = compareRuns([short, long]).groups;
  expect(group?.curve.at(0)).toEqual({ x: 0, y: 15 });
  expect(group?.curve.at(-1)).toEqual({ x: 100, y: expected });
});
