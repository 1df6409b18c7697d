import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/shared/artifacts/read-artifact.ts';
import { readArtifact } from '../../../src/shared/artifacts/read-artifact.ts';
import type { ModelName } from '../../../src/shared/job/model-name.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { readModelCard } from '../../../src/shared/model-format/model-card.ts';
import { startTraining } from '../../fixtures/start-training.ts';

const request: JobRequest = {
  environment: 'Identity-v0',
  seed: 1,
  stop: { maxSteps: 30_000, targetReward: null },
  evaluation: { episodes: 5, everySteps: 5000 },
};
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'a3c-models-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

function readCard({ files }: Artifact) {
  return readModelCard(JSON.parse(Buffer.from(files.get('model-card.json') ?? []).toString()));
}

/** The weights as sorted numbers: their order in the file is another test's business. */
function readSortedWeights({ files }: Artifact): number[] {
  const bytes = new Uint8Array(files.get('weights.bin') ?? []);
  return [...new Float32Array(bytes.buffer)].sort((a, b) => a - b);
}

async function read(path: string): Promise<Artifact> {
  const artifact = await readArtifact(path);
  if (!artifact) throw new Error(`there is nothing at ${path}`);
  return artifact;
}

describe('the models of a run', () => {
  it('are on disk when it has finished: the best, and the parameters it ended with', async () => {
    const told: { model: ModelName; steps: number }[] = [];
    const run = startTraining(request, {
      directory,
      listener: { onModel: (model, steps) => told.push({ model, steps }) },
    });
    const { best, finalParameters, figures } = await run.finished;
    const latest = await read(join(directory, 'latest'));
    const latestCard = readCard(latest);
    expect(readSortedWeights(latest)).toEqual([...finalParameters].sort((a, b) => a - b));
    expect(latestCard.scores.steps).toBe(figures.progress.steps);
    expect(latestCard.spec.seed).toBe(1);

    const bestModel = await read(join(directory, 'best'));
    expect(readSortedWeights(bestModel)).toEqual([...(best?.parameters ?? [])].sort((a, b) => a - b));
    expect(readCard(bestModel).scores.evaluation?.mean).toBe(figures.reward.best);
    expect([...bestModel.files.keys()].sort()).toEqual(['model-card.json', 'model.json', 'weights.bin']);
    expect(told).toContainEqual({ model: 'latest', steps: figures.progress.steps });
    expect(told.map(({ model }) => model)).toContain('best');
  });

  it('are not written where nothing is learned', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'a3c-models-'));
    await startTraining({ ...request, algorithm: 'random' }, { directory: empty }).finished;
    expect(await readdir(empty)).toEqual([]);
    await rm(empty, { recursive: true });
  });

  it.each([1000, 30_000])(
    'that cannot be written fail the run with the reason (%i steps)',
    async (maxSteps) => {
      const file = join(directory, 'occupied');
      await writeFile(file, 'no directory can be made below a file');
      const run = startTraining({ ...request, stop: { maxSteps, targetReward: null } }, { directory: file });
      await expect(run.finished).rejects.toMatchObject({ code: 'MODEL_NOT_WRITTEN' });
    },
  );
});
