// Custom environments, trained on real threads: in this process and by a server.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { train } from '../../../src/master/train.ts';
import { environmentListSchema } from '../../../src/shared/api/catalogue.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const examples = join(import.meta.dirname, '../../../examples');
const fixtures = join(import.meta.dirname, '../../fixtures/environments');
const corridorModule = join(examples, 'custom-environment.ts');

/** A directory outside this project, with no node_modules above it. */
function copyExample(): string {
  const directory = createTemporaryDirectory();
  copyFileSync(corridorModule, join(directory, 'corridor.ts'));
  return directory;
}

describe('train()', () => {
  it('learns the example', async () => {
    const { reason, best } = await train(
      { environment: 'Corridor-v0', seed: 1 },
      { environmentModule: corridorModule },
    );
    expect(reason).toBe('targetReward');
    expect(best?.evaluation.mean).toBeCloseTo(0.96);
  });

  it.each(['a3c', 'a2c'] as const)('learns with %s behind promises', async (algorithm) => {
    const { reason, best } = await train(
      { environment: 'PatientCorridor-v0', seed: 1, algorithm, stop: { maxSteps: 30_000 } },
      { environmentModule: join(fixtures, 'patient-corridor.ts') },
    );
    expect(reason).toBe('maxSteps');
    expect(best?.evaluation.mean).toBeCloseTo(0.85);
  });

  it('repeats an a2c run with the same seed, also with promises', async () => {
    const run = async () => {
      const { finalParameters } = await train(
        { environment: 'PatientCorridor-v0', seed: 5, algorithm: 'a2c', stop: { maxSteps: 3_000 } },
        { environmentModule: join(fixtures, 'patient-corridor.ts') },
      );
      return finalParameters;
    };
    expect(await run()).toEqual(await run());
  });

  it('takes pictures as large as screens', async () => {
    const { reason, figures, best } = await train(
      {
        environment: 'LargePicture-v0',
        seed: 1,
        workers: 1,
        environmentsPerWorker: 1,
        network: { layers: [{ type: 'dense', units: 8, activation: 'relu' }] },
        evaluation: { episodes: 1 },
        normalizeObservations: true,
        stop: { maxSteps: 40, targetReward: null },
      },
      {
        environmentModule: join(fixtures, 'large-picture.ts'),
        directory: createTemporaryDirectory(),
      },
    );
    expect(reason).toBe('maxSteps');
    expect(figures.refusedGradients).toBe(0);
    expect(best?.evaluation.episodes).toBe(1);
  });

  it('puts wrappers around it, in training, evaluation and model alike', async () => {
    const { spec, best, figures } = await train(
      {
        environment: 'Corridor-v0',
        seed: 1,
        wrappers: { actionRepeat: 2, frameStack: 3, timeLimit: 30 },
        stop: { maxSteps: 20_000, targetReward: null },
      },
      { environmentModule: corridorModule },
    );
    expect(spec.wrappers).toEqual({ atari: false, actionRepeat: 2, frameStack: 3, timeLimit: 30 });
    // Five steps to the door are three held actions, of which only the last reaches it.
    expect(best?.evaluation.mean).toBeCloseTo(0.96);
    // A dense layer of 64 units for each tower reads 3 × 2 numbers.
    const hidden = 2 * (6 * 64 + 64 + 64 * 64 + 64);
    expect(best?.parameters).toHaveLength(hidden + 64 * 2 + 2 + 64 + 1);
    expect(figures.progress.steps).toBeGreaterThanOrEqual(20_000);
  });
});

describe('a server started with a directory', () => {
  it('lists its environments and trains them by name', async () => {
    const server = await startTestServer({ environments: [copyExample()] }, 'real');
    const { data } = environmentListSchema.parse(await (await server.get('/environments')).json());
    expect(data.find(({ id }) => id === 'Corridor-v0')).toMatchObject({
      observationSpace: { type: 'box', shape: [2], low: [-1, -1], high: [1, 1] },
      maxEpisodeSteps: 50,
    });
    const response = await server.post('/jobs', { environment: 'Corridor-v0', seed: 1 });
    expect(response.status).toBe(202);
    const { id } = z.object({ id: z.string() }).parse(await response.json());
    const job = await server.waitFor(id, 'succeeded');
    expect(job.reward.best).toBeCloseTo(0.96);
    const card = await server.get(`/jobs/${id}/models/best.zip`);
    expect(card.status).toBe(200);
  });

  it('loads no other module, whatever a request names', async () => {
    const server = await startTestServer({ environments: [copyExample()] });
    for (const environment of ['./corridor.ts', corridorModule, 'PatientCorridor-v0']) {
      const response = await server.post('/jobs', { environment });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: 'UNKNOWN_ENVIRONMENT' });
    }
  });

  it.each([
    ['does not exist', null, /no such file or directory/],
    ['has no environments', { 'helper.js': 'export const one = 1;' }, /contains no environment/],
    [
      'has a module that cannot be parsed',
      { 'broken.js': 'export const = 1;' },
      /broken\.js cannot be imported/,
    ],
    [
      'has a definition that is wrong',
      {
        'wrong.js': `import { defineEnvironment } from 'a3c-server';
          export const wrong = defineEnvironment({ id: 'nameless', actionSpace: { type: 'discrete', n: 0 } });`,
      },
      /wrong\.js cannot be imported: environment "nameless" has an invalid definition: id: .*; observationSpace/,
    ],
    [
      'takes the name of a built-in one',
      {
        'cart-pole.js': `import { defineEnvironment } from 'a3c-server';
          export const cartPole = defineEnvironment({
            id: 'CartPole-v1',
            observationSpace: { type: 'box', shape: [1] },
            actionSpace: { type: 'discrete', n: 2 },
            create: () => ({ reset: () => 0, step: () => ({ observation: 0, reward: 0, terminated: true }) }),
          });`,
      },
      /two environments have the id CartPole-v1 \(built in and file:.*cart-pole\.js\)/,
    ],
  ])('does not start where it %s, and says why', async (_, files, message) => {
    const directory = join(createTemporaryDirectory(), 'environments');
    if (files !== null) mkdirSync(directory);
    for (const [name, text] of Object.entries(files ?? {})) writeFileSync(join(directory, name), text);
    await expect(startTestServer({ environments: [directory] })).rejects.toThrow(message);
  });
});
