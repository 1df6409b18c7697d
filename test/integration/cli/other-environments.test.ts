// Policies that are played in another environment than their own.
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../fixtures/command-line.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const box2dPython = inject('box2dPython');
const models = join(import.meta.dirname, '../../fixtures/trained-models');
/** `a3c train LunarLander-v3 --algorithm ppo --seed 1` */
const lander = join(models, 'lunar-lander');
/**
 * `a3c train BipedalWalker-v3 --algorithm ppo --seed 1 --stop.max-steps 1500000`, and
 * `--evaluation.episodes 20 --evaluation.every-steps 500000 --evaluation.confirmation-episodes 0`
 */
const walker = join(models, 'bipedal-walker');
const scoreSchema = z.object({ environment: z.string(), mean: z.number() });

async function evaluate(model: string, ...flags: string[]) {
  return await runCommand(['evaluate', model, '--seed', '1', '--json', ...flags], {
    directory: createTemporaryDirectory(),
  });
}

describe('a3c evaluate --environment', { timeout: 120_000 }, () => {
  it('names the spaces of an environment that does not fit', async () => {
    const { code, stderr } = await evaluate(lander, '--environment', 'CartPole-v1');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'CartPole-v1 has observations [4] and actions 0 to 1, and the model was trained with observations [8] and actions 0 to 3',
    );
  });

  it("plays in it with the model's wrappers", async () => {
    const directory = createTemporaryDirectory();
    const run = async (...args: string[]) => await runCommand(args, { directory });
    const wrapped = ['--wrappers.frame-stack', '3', '--wrappers.action-repeat', '2'];
    const short = ['--workers', '1', '--seed', '1', '--stop.max-steps', '500', '--output', 'model'];
    const trained = await run('train', 'CartPolePositions-v0', ...wrapped, ...short);
    expect(trained.stderr).toBe('');
    const evaluated = ['evaluate', 'model', '--seed', '1', '--episodes', '5', '--json'];
    const own = await run(...evaluated);
    const named = await run(...evaluated, '--environment', 'CartPolePositions-v0');
    expect(scoreSchema.parse(JSON.parse(own.stdout)).mean).toBeGreaterThan(0);
    expect(named.stdout).toBe(own.stdout);
  });

  it.skipIf(box2dPython === null).each([
    { environment: 'LunarLander-v3', model: lander },
    { environment: 'BipedalWalker-v3', model: walker },
  ])(
    "finds that a policy learned in this project's $environment is as good in Gymnasium's",
    async ({ environment, model }) => {
      const elsewhere = `gymnasium:${environment}`;
      const [own, gymnasium] = await Promise.all([
        evaluate(model, '--episodes', '100'),
        evaluate(model, '--episodes', '100', '--environment', elsewhere, '--python', box2dPython ?? ''),
      ]);
      const [here, there] = [own, gymnasium].map(({ stdout }) => scoreSchema.parse(JSON.parse(stdout)));
      expect(there?.environment).toBe(elsewhere);
      const scores = [here?.mean ?? Number.NaN, there?.mean ?? Number.NaN];
      expect(scores[0]).toBeGreaterThan(250);
      expect(Math.abs((scores[1] ?? 0) / (scores[0] ?? 1) - 1)).toBeLessThan(0.05);
    },
  );
});
