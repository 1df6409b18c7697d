import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CurveKeeper, readCurve } from '../../../src/cli/training/curve-file.ts';
import { exampleFigures } from '../../fixtures/example-figures.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

function figuresAt(steps: number, elapsedSeconds: number) {
  const figures = exampleFigures(steps);
  return { ...figures, progress: { ...figures.progress, elapsedSeconds } };
}

it('a curve is written to its end, and continued', async () => {
  const directory = createTemporaryDirectory();
  const keeper = new CurveKeeper(directory);
  keeper.add(figuresAt(100, 1));
  // Too soon after the last for a curve of any length.
  keeper.add(figuresAt(110, 1.0001));
  keeper.add(figuresAt(200, 2));
  await keeper.finish(figuresAt(300, 3));
  const stored = await readCurve(directory);
  expect(stored?.points.map(({ steps }) => steps)).toEqual([100, 200, 300]);
  expect(stored?.progress.steps).toBe(300);
  await new CurveKeeper(directory, stored?.points.slice(0, 2)).finish(figuresAt(400, 4));
  expect((await readCurve(directory))?.points.map(({ steps }) => steps)).toEqual([100, 200, 400]);
});

it('none, and a damaged one, are no curve', async () => {
  const directory = createTemporaryDirectory();
  expect(await readCurve(directory)).toBeNull();
  writeFileSync(join(directory, 'curve.json'), '{"formatVersion": 1');
  expect(await readCurve(directory)).toBeNull();
});
