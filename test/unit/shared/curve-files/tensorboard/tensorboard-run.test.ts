// Runs in TensorBoard: what their event files contain, over several sessions.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { TensorBoardRun } from '../../../../../src/shared/curve-files/tensorboard/tensorboard-run.ts';
import { createRunDirectory, labelRun } from '../../../../../src/shared/curve-files/tensorboard/name-run.ts';
import type { JobSpec } from '../../../../../src/shared/job/job-spec.ts';
import { groupMeasures, type Measured } from '../../../../../src/shared/measures/measured.ts';
import { measures, nullableMeasures } from '../../../../../src/shared/measures/measures.ts';
import { readCurves, readRun, readTexts } from '../../../../fixtures/event-files.ts';
import { exampleFigures } from '../../../../fixtures/example-figures.ts';
import { exampleSpec } from '../../../../fixtures/example-job.ts';
import { createTemporaryDirectory } from '../../../../fixtures/temporary-store.ts';
import { patience } from '../../../../fixtures/running-server.ts';

function startRun(runDirectory: string, resumedAtSteps: number | null = null, spec: Partial<JobSpec> = {}) {
  const onFailure = vi.fn();
  const run = new TensorBoardRun({
    runDirectory,
    spec: { ...exampleSpec, ...spec },
    resumedAtSteps,
    onFailure,
    intervalMs: 5,
  });
  return { run, onFailure };
}

function figuresWith(steps: number, movingAverage: number) {
  const figures = exampleFigures(steps);
  return { ...figures, reward: { ...figures.reward, movingAverage } };
}

function evaluationAt(steps: number, mean: number) {
  return { steps, mean, standardDeviation: 1.5, min: 2, max: 11, episodes: 5 };
}

function createMeasured(): Measured;
function createMeasured(): object {
  return Object.fromEntries(nullableMeasures.map(({ name }, index) => [name, index + 0.25]));
}

describe('a run in TensorBoard', () => {
  it('has a curve for every measure, with its description', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    const { run } = startRun(directory);
    const evaluation = evaluationAt(90, 7);
    const figures = { ...exampleFigures(100), ...groupMeasures(createMeasured()) };
    run.addPoint({ ...figures, reward: { ...figures.reward, evaluation } });
    await run.close();
    const curves = readCurves(directory);
    // All but the steps, which are the axis.
    expect(curves.size).toBe(measures.length - 1);
    expect(curves.get('reward/movingAverage')).toEqual([{ step: 100, value: 21.5 }]);
    expect(curves.get('reward/evaluation')).toEqual([{ step: 100, value: 7 }]);
    expect(curves.get('losses/policy')).toEqual([{ step: 100, value: 0.25 }]);
    expect(curves.get('workerTime/waiting')).toEqual([{ step: 100, value: nullableMeasures.length - 0.75 }]);
    const values = readRun(directory)
      .flat()
      .flatMap(({ summary }) => summary?.value ?? []);
    for (const { tag, tensor, metadata } of values) {
      expect(tag).toMatch(/^(settings|[_\w]+\/\w+)$/);
      if (tensor === undefined) expect(metadata?.summaryDescription).toMatch(/\w+ .*\[.+\]$/);
    }
  });

  it('leaves out what is not known', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    const { run } = startRun(directory);
    run.addPoint(exampleFigures(100));
    await run.close();
    expect([...readCurves(directory).keys()]).not.toContain('learning/approximateKl');
  });

  it('has evaluations at the steps of their parameters', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    const { run } = startRun(directory);
    run.addPoint(exampleFigures(1000));
    run.addEvaluation(evaluationAt(900, 7));
    await run.close();
    const curves = readCurves(directory);
    expect(
      ['mean', 'standardDeviation', 'min', 'max'].map((name) => curves.get(`evaluation/${name}`)),
    ).toEqual([7, 1.5, 2, 11].map((value) => [{ step: 900, value }]));
  });

  it('continues at its checkpoint without a doubled curve', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    const first = startRun(directory).run;
    for (const steps of [100, 200, 300, 400]) first.addPoint(figuresWith(steps, 1));
    for (const steps of [200, 400]) first.addEvaluation(evaluationAt(steps, 1));
    await first.close();
    const second = startRun(directory, 200).run;
    for (const steps of [200, 250, 350]) second.addPoint(figuresWith(steps, 2));
    // The evaluation that was under way at the checkpoint is repeated.
    for (const steps of [200, 300]) second.addEvaluation(evaluationAt(steps, 2));
    await second.close();
    const curves = readCurves(directory);
    const points = curves.get('reward/movingAverage')?.map(({ step, value }) => [step, value]);
    expect(points).toEqual([
      [100, 1],
      [200, 1],
      [250, 2],
      [350, 2],
    ]);
    expect(curves.get('evaluation/mean')).toEqual([
      { step: 200, value: 1 },
      { step: 300, value: 2 },
    ]);
  });

  it('continues after files that are damaged, or of another program', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    mkdirSync(directory);
    const files = [
      Buffer.alloc(40, 1),
      Buffer.from('0300000000000000b099490e6162636e57f121', 'hex'),
      Buffer.alloc(5),
    ];
    for (const [index, content] of files.entries())
      writeFileSync(join(directory, `events.out.tfevents.100000000${index}.host`), content);
    const { run, onFailure } = startRun(directory, 200);
    run.addEvaluation(evaluationAt(250, 2));
    await run.close();
    expect(onFailure).not.toHaveBeenCalled();
    expect(readdirSync(directory)).toHaveLength(files.length + 1);
  });

  it('that begins anew replaces its curve', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    for (const value of [1, 2]) {
      const { run } = startRun(directory);
      run.addPoint(figuresWith(100 / value, value));
      await run.close();
    }
    expect(readCurves(directory).get('reward/movingAverage')).toEqual([{ step: 50, value: 2 }]);
  });

  it('is written in files whose names are in the order of its sessions, whatever the clock says', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    mkdirSync(directory);
    writeFileSync(join(directory, 'events.out.tfevents.9000000000.host'), '');
    const { run } = startRun(directory);
    await run.close();
    const [first, second] = readdirSync(directory).sort();
    expect([first, second]).toEqual([
      'events.out.tfevents.9000000000.host',
      'events.out.tfevents.9000000001.a3c',
    ]);
  });

  it('shows its settings, and names and metadata stay text', async () => {
    const directory = join(createTemporaryDirectory(), 'run');
    const name = '<b>x</b> | `y` \n# z \ud800';
    const { run, onFailure } = startRun(directory, null, { name, metadata: { 'a|b': '*c*' } });
    await run.close();
    expect(onFailure).not.toHaveBeenCalled();
    const [text = ''] = readTexts(directory, 'settings');
    expect(text).toContain('| stop\\.maxSteps | 1000000 |');
    expect(text).toContain('| metadata\\.a\\|b | "\\*c\\*" |');
    expect(text).toContain('| name | "&lt;b&gt;x&lt;/b&gt; \\| \\`y\\` \\\\n\\# z \\\\ud800" |');
    for (const row of text.split('\n')) expect(row.match(/(?<!\\)\|/g)).toHaveLength(3);
    const start = readRun(directory)
      .flat()
      .flatMap(({ summary }) => summary?.value ?? [])
      .find(({ tag }) => tag === '_hparams_/session_start_info');
    expect(start?.metadata?.pluginData.pluginName).toBe('hparams');
  });
});

describe('a disk that fails', () => {
  it('is reported once, and everything is written when it works again', async () => {
    const parent = join(createTemporaryDirectory(), 'removed');
    const { run, onFailure } = startRun(join(parent, 'run'));
    run.addPoint(figuresWith(100, 1));
    await vi.waitFor(() => {
      expect(onFailure).toHaveBeenCalledWith('the directory is missing (ENOENT)');
    }, patience);
    run.addPoint(figuresWith(200, 1));
    mkdirSync(parent);
    await vi.waitFor(() => {
      expect(readCurves(join(parent, 'run')).get('reward/movingAverage')).toHaveLength(2);
    }, patience);
    expect(onFailure).toHaveBeenCalledTimes(1);
    rmSync(join(parent, 'run'), { recursive: true });
    run.addPoint(figuresWith(300, 1));
    await run.close();
    expect(onFailure).toHaveBeenCalledTimes(2);
  });
});

describe('the name of a run', () => {
  it('has a number, the first that is free', async () => {
    const directory = createTemporaryDirectory();
    const create = () => createRunDirectory(directory, 'run');
    expect([await create(), await create()]).toEqual([join(directory, 'run-1'), join(directory, 'run-2')]);
  });

  it.each([
    [null, 'CartPole-v1'],
    ['my run 7', 'my-run-7'],
    ['größe_2.5', 'größe_2.5'],
    ['../../etc/passwd', 'etc-passwd'],
    ['..', 'CartPole-v1'],
    ['.hidden', 'hidden'],
    ['a\u0000b\nc\u202ed', 'a-b-c-d'],
    ['\\\\server\\share', 'server-share'],
    ['*?<>|:"', 'CartPole-v1'],
    ['x'.repeat(200), 'x'.repeat(60)],
    ['', 'CartPole-v1'],
  ])('%j is the directory %s', (name, expected) => {
    expect(labelRun({ name, environment: 'CartPole-v1' })).toBe(expected);
  });
});
