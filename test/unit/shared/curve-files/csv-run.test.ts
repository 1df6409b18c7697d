// Learning curve and evaluations of a run as CSV files.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CsvRun } from '../../../../src/shared/curve-files/csv-run.ts';
import { CurveFiles } from '../../../../src/shared/curve-files/curve-files.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { createTemporaryDirectory } from '../../../fixtures/temporary-store.ts';
import { patience } from '../../../fixtures/running-server.ts';

const onFailure = (reason: string): never => {
  throw new Error(reason);
};

function readSteps(path: string): number[] {
  const lines = readFileSync(path, 'utf8').split('\r\n');
  expect(lines.pop()).toBe('');
  const [head = '', ...rows] = lines.map((line) => line.split(','));
  expect(head[0]).toBe('steps');
  for (const row of rows) expect(row).toHaveLength(head.length);
  return rows.map(([steps]) => Number(steps));
}

function evaluationAt(steps: number) {
  return { steps, mean: 7, standardDeviation: 1, min: 2, max: 11, episodes: 5 };
}

describe('a curve as CSV', () => {
  it('has a row for each point, and evaluations in a second file', async () => {
    const path = join(createTemporaryDirectory(), 'curve.csv');
    const run = await CsvRun.open(path, { resumedAtSteps: null, onFailure });
    for (const steps of [100, 200, 200]) run.addPoint(exampleFigures(steps));
    run.addEvaluation(evaluationAt(150));
    await run.close();
    expect(readSteps(path)).toEqual([100, 200]);
    const evaluations = path.replace('.csv', '-evaluations.csv');
    expect(readFileSync(evaluations, 'utf8')).toBe(
      'steps,mean,standardDeviation,min,max,episodes\r\n150,7,1,2,11,5\r\n',
    );
  });

  it('continues after a checkpoint, without rows that are measured again', async () => {
    const path = join(createTemporaryDirectory(), 'curve.csv');
    const first = await CsvRun.open(path, { resumedAtSteps: null, onFailure });
    for (const steps of [100, 200, 300]) first.addPoint(exampleFigures(steps));
    for (const steps of [100, 200, 250]) first.addEvaluation(evaluationAt(steps));
    await first.close();
    // A process that was killed while it wrote.
    writeFileSync(path, '150,1,', { flag: 'a' });
    const second = await CsvRun.open(path, { resumedAtSteps: 200, onFailure });
    for (const steps of [200, 260]) second.addPoint(exampleFigures(steps));
    // The evaluation that was under way at the checkpoint is repeated.
    for (const steps of [200, 255]) second.addEvaluation(evaluationAt(steps));
    await second.close();
    expect(readSteps(path)).toEqual([100, 200, 260]);
    expect(readSteps(path.replace('.csv', '-evaluations.csv'))).toEqual([100, 200, 255]);
  });

  it('does not continue another table', async () => {
    const path = join(createTemporaryDirectory(), 'curve.csv');
    writeFileSync(path, 'my notes');
    await expect(CsvRun.open(path, { resumedAtSteps: 5, onFailure })).rejects.toMatchObject({
      code: 'CURVE_FILE_UNUSABLE',
      message: `${path} is no table of this run: its columns are others; name another file`,
    });
    expect(readFileSync(path, 'utf8')).toBe('my notes');
  });

  it('says where it cannot be written', async () => {
    const path = join(createTemporaryDirectory(), 'missing', 'curve.csv');
    await expect(CsvRun.open(path, { resumedAtSteps: null, onFailure })).rejects.toThrow(
      `cannot write ${path}: the directory is missing (ENOENT)`,
    );
  });

  it('reports a failing disk and goes on', async () => {
    const directory = join(createTemporaryDirectory(), 'curves');
    mkdirSync(directory);
    const report = vi.fn();
    const path = join(directory, 'curve.csv');
    const run = await CsvRun.open(path, { resumedAtSteps: null, onFailure: report }, 5);
    const content = readFileSync(path);
    const { rmSync } = await import('node:fs');
    rmSync(path);
    run.addPoint(exampleFigures(100));
    await vi.waitFor(() => {
      expect(report).toHaveBeenCalledTimes(1);
    }, patience);
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, content);
    await run.close();
    expect(readSteps(path)).toEqual([100]);
  });
});

describe('curve files together', () => {
  it('leave out points that are too close, but never the last', () => {
    const steps: number[] = [];
    const file = {
      addPoint: ({ progress }: ReturnType<typeof exampleFigures>) => steps.push(progress.steps),
      addEvaluation: () => undefined,
      close: () => Promise.resolve(),
    };
    const files = new CurveFiles([file]);
    // 10,000 s, then 1 s later: a share of 1 / 10,000.
    for (const count of [1e7, 1.0001e7]) files.addPoint(exampleFigures(count));
    expect(steps).toEqual([1e7]);
    files.addLastPoint(exampleFigures(1.0002e7));
    expect(steps).toEqual([1e7, 1.0002e7]);
  });
});
