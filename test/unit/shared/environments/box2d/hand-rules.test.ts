// What hand-written policies reach. Gymnasium's own reaches 237 ± 6 (LunarLander) and 100 to 110 ± 8 (BipedalWalker).
import { describe, expect, it } from 'vitest';
import {
  bipedalWalker,
  lunarLander,
  lunarLanderContinuous,
} from '../../../../../src/shared/environments/box2d/definitions.ts';
import type {
  EnvironmentDefinition,
  RestorableEnvironment,
} from '../../../../../src/shared/environments/environment.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { flatSize } from '../../../../../src/shared/spaces/space.ts';
import {
  createLanderRule,
  createWalkerRule,
  type HandRule,
} from '../../../../fixtures/environments/hand-rules.ts';

async function playEpisodes(
  definition: EnvironmentDefinition<RestorableEnvironment>,
  episodes: number,
  createRule: () => HandRule,
): Promise<{ mean: number; lastRewards: number[] }> {
  await definition.load?.();
  const environment = definition.create();
  const observation = new Float32Array(flatSize(definition.observationSpace));
  const lastRewards: number[] = [];
  let sum = 0;
  for (let episode = 0; episode < episodes; episode += 1) {
    const random = Random.fromSeed(1000 + episode);
    const rule = createRule();
    environment.reset(random);
    let reward = 0;
    for (let step = 0; step < (definition.maxEpisodeSteps ?? 0) && !environment.terminated; step += 1) {
      environment.observe(observation, 0);
      reward = environment.step(Float32Array.from(rule(observation)), 0, random);
      sum += reward;
    }
    lastRewards.push(reward);
  }
  return { mean: sum / episodes, lastRewards };
}

describe('hand-written rules', { timeout: 60_000 }, () => {
  it('land, come to rest, and are as good as in Gymnasium', async () => {
    const { mean, lastRewards } = await playEpisodes(lunarLander, 100, () =>
      createLanderRule({ isContinuous: false }),
    );
    expect(mean).toBeGreaterThan(237 - 30);
    expect(mean).toBeLessThan(237 + 30);
    expect(lastRewards.filter((reward) => reward === 100).length).toBeGreaterThan(60);
  });

  it('land better with engines whose power is chosen', async () => {
    const { mean } = await playEpisodes(lunarLanderContinuous, 50, () =>
      createLanderRule({ isContinuous: true }),
    );
    expect(mean).toBeGreaterThan(250);
  });

  it('walk as far as in Gymnasium, where a joint begins at the angle of its bodies', async () => {
    const { mean } = await playEpisodes(bipedalWalker, 60, createWalkerRule);
    expect(mean).toBeGreaterThan(105 - 50);
    expect(mean).toBeLessThan(105 + 50);
  });
});
