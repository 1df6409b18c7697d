// a3c train --tensorboard and --csv: curves in files, read back by our readers and by TensorBoard itself.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../fixtures/command-line.ts';
import { readCurves, readTexts } from '../../fixtures/event-files.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const python = inject('boardPython');
const identity = [
  ...['train', 'Identity-v0', '--seed', '1', '--workers', '1', '--output', 'm'],
  ...['--stop.target-reward', 'null', '--evaluation.every-steps', '2000', '--evaluation.episodes', '1'],
];
const steps = (count: number): string[] => ['--stop.max-steps', String(count)];

const boardSchema = z.object({
  scalars: z.record(z.string(), z.array(z.tuple([z.int(), z.number()]))),
  descriptions: z.record(z.string(), z.string()),
  texts: z.array(z.string()),
  settings: z.record(z.string(), z.unknown()),
});

function readWithTensorBoard(interpreter: string, directory: string) {
  const script = join(import.meta.dirname, '../../fixtures/read-events.py');
  const printed = execFileSync(interpreter, [script, directory], { encoding: 'utf8', stdio: 'pipe' });
  return boardSchema.parse(JSON.parse(printed));
}

function readColumn(path: string): number[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((row) => Number(row.split(',', 1)[0]));
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? Infinity));
}

describe('a3c train with files for its curve', () => {
  it('writes the whole curve, and continues it in the same files', async () => {
    const directory = createTemporaryDirectory();
    const files = ['--tensorboard', 'board', '--csv', 'curve.csv', '--name', 'my run'];
    const first = await runCommand([...identity, ...steps(4000), ...files], { directory });
    expect([first.code, first.stderr]).toEqual([0, '']);
    const run = join(directory, 'board', 'my-run-1');
    expect(readCurves(run).get('reward/movingAverage')?.at(-1)?.step).toBeGreaterThanOrEqual(4000);
    const second = await runCommand(['train', '--resume', 'm', ...steps(8000)], { directory });
    expect([second.code, second.stderr]).toEqual([0, '']);
    expect(readdirSync(join(directory, 'board'))).toEqual(['my-run-1']);
    expect(readdirSync(run)).toHaveLength(2);
    const curves = readCurves(run);
    const rows = readColumn(join(directory, 'curve.csv'));
    expect(isRising(rows)).toBe(true);
    expect(rows.at(-1)).toBeGreaterThanOrEqual(8000);
    expect(curves.get('progress/updates')?.map(({ step }) => step)).toEqual(rows);
    const evaluations = readColumn(join(directory, 'curve-evaluations.csv'));
    expect(evaluations.length).toBeGreaterThan(1);
    expect(isRising(evaluations)).toBe(true);
    expect(curves.get('evaluation/mean')?.map(({ step }) => step)).toEqual(evaluations);
    expect(readTexts(run, 'settings').at(-1)).toContain('| stop\\.maxSteps | 8000 |');
    if (python === null) return;
    const board = readWithTensorBoard(python, run);
    const expected = [...curves].map(([tag, points]) => [
      tag,
      points.map(({ step, value }) => [step, value]),
    ]);
    expect(board.scalars).toEqual(Object.fromEntries(expected));
    expect(board.descriptions['learning/episodeLength']).toMatch(/^Mean length of the last 100 episodes/);
    expect(board.texts).toEqual(readTexts(run, 'settings'));
    expect(board.settings).toMatchObject({ environment: 'Identity-v0', seed: 1, 'stop.maxSteps': 4000 });
  });

  it('refuses files that it cannot write, and then changes nothing', async () => {
    const directory = createTemporaryDirectory();
    writeFileSync(join(directory, 'notes'), 'mine');
    const args = [...identity, ...steps(100), '--csv', 'notes', '--tensorboard', 'board'];
    const { code, stderr } = await runCommand(args, { directory });
    expect([code, stderr]).toEqual([
      2,
      `error: ${join(directory, 'notes')} is there already; choose another path with --csv, or overwrite it with --force\n`,
    ]);
    expect(existsSync(join(directory, 'board'))).toBe(false);
    expect(readFileSync(join(directory, 'notes'), 'utf8')).toBe('mine');
    expect(readdirSync(join(directory, 'm'))).toEqual([]);
  });
});
