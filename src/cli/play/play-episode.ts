// Greedy episodes, step by step, for `a3c play`.
import { limitEvaluationSteps } from '../../master/evaluation/evaluate-policy.ts';
import type { GreedyAgent } from '../../shared/agents/greedy-agent.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { openBatch } from '../../shared/environments/open-batch.ts';
import type { Scene } from '../../shared/environments/scene.ts';
import type { Random } from '../../shared/random/random.ts';
import { CONTINUES } from '../../shared/returns/generalized-advantage.ts';
import { flatSize } from '../../shared/spaces/space.ts';

export interface PlayedStep {
  /** Observation after the step. */
  readonly observation: Float32Array;
  /** What the world looks like after the step, or before it if the step ended the episode; null if it cannot be drawn. */
  readonly scene: Scene | null;
  readonly action: readonly number[];
  /** Steps and rewards of the episode so far. */
  readonly steps: number;
  readonly return: number;
  readonly isLast: boolean;
}

/** Yields the steps of one episode as they happen. */
export async function* playEpisode(
  definition: EnvironmentDefinition,
  agent: GreedyAgent,
  random: Random,
): AsyncGenerator<PlayedStep, void, undefined> {
  const batch = await openBatch(definition, { randoms: [random] });
  const limit = limitEvaluationSteps(definition.maxEpisodeSteps);
  const observation = new Float32Array(flatSize(definition.observationSpace));
  let total = 0;
  try {
    await batch.start();
    agent.startEpisode(0);
    let scene = batch.render?.(0) ?? null;
    for (let steps = 1; ; steps += 1) {
      agent.observe(batch);
      agent.chooseActions();
      await batch.step(agent.actions, 0);
      total += batch.rewards[0] ?? 0;
      const hasEnded = batch.ends[0] !== CONTINUES;
      if (hasEnded) observation.set(batch.finalObservations);
      else batch.observe(observation, 0);
      // After an end, the world is in its next episode.
      if (!hasEnded) scene = batch.render?.(0) ?? null;
      const isLast = hasEnded || steps >= limit;
      yield { observation, scene, action: [...agent.actions], steps, return: total, isLast };
      if (isLast) return;
    }
  } finally {
    await batch.close();
  }
}
