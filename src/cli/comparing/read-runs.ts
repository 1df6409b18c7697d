// Runs by what people type: directories of a3c train, and jobs of a server.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { A3CClient } from '../../client/a3c-client.ts';
import type { CurvePoint } from '../jobs/draw-curve.ts';
import { findJob } from '../jobs/find-job.ts';
import { withServer } from '../jobs/server-flags.ts';
import { readCurve } from '../training/curve-file.ts';
import { jobFileName, readJobFile } from '../training/training-directory.ts';
import type { ComparedRun } from './compared-run.ts';

/** Enough for a picture of text, and to summarize runs. */
const maxPoints = 400;

/** Reads each run once, in the order that they are named. The server is only asked if a job is named. */
export async function readRuns(texts: readonly string[], url: string): Promise<ComparedRun[]> {
  const runs: ComparedRun[] = [];
  for (const text of new Set(texts)) {
    const run = isDirectory(text)
      ? await readDirectory(text)
      : await withServer(url, async (client) => await readJob(client, text));
    if (!runs.some(({ id }) => id === run.id)) runs.push(run);
  }
  return runs;
}

/** Ids and names of jobs are no paths, but a directory may have any name. */
function isDirectory(text: string): boolean {
  return /^[./~]|[/\\]/.test(text) || existsSync(join(text, jobFileName));
}

async function readDirectory(directory: string): Promise<ComparedRun> {
  const { spec } = await readJobFile(directory);
  const stored = await readCurve(directory);
  return {
    id: directory,
    name: spec.name,
    spec,
    state: 'directory',
    steps: stored?.progress.steps ?? null,
    elapsedSeconds: stored?.progress.elapsedSeconds ?? null,
    movingAverage: stored?.reward.movingAverage ?? null,
    bestEvaluation: stored?.reward.best ?? null,
    curve: thin(toCurve(stored?.points ?? [])),
  };
}

async function readJob(client: A3CClient, text: string): Promise<ComparedRun> {
  const id = await findJob(client, text);
  const [{ name, spec, state, progress, reward }, points] = await Promise.all([
    client.getJob(id),
    client.getMetrics(id, { maxPoints }),
  ]);
  return {
    id,
    name,
    spec,
    state,
    steps: progress.steps,
    elapsedSeconds: progress.elapsedSeconds,
    movingAverage: reward.movingAverage,
    bestEvaluation: reward.best,
    curve: toCurve(points),
  };
}

function toCurve(
  points: readonly { readonly steps: number; readonly movingAverage: number | null }[],
): CurvePoint[] {
  return points.flatMap(({ steps, movingAverage }) =>
    movingAverage === null ? [] : [{ x: steps, y: movingAverage }],
  );
}

/** Keeps every n-th point, and the last. */
function thin(points: readonly CurvePoint[]): CurvePoint[] {
  const stride = Math.ceil(points.length / maxPoints);
  return points.filter((_, index) => index % stride === 0 || index === points.length - 1);
}
