// Episodes of a policy, step by step, for whatever shows them.
import { limitEpisodeSteps, type EnvironmentDefinition } from '../shared/environments/environment.ts';
import type { EnvironmentBatch } from '../shared/environments/environment-batch.ts';
import { openBatch } from '../shared/environments/open-batch.ts';
import type { Scene } from '../shared/environments/scene.ts';
import type { Random } from '../shared/random/random.ts';
import { CONTINUES } from '../shared/returns/generalized-advantage.ts';
import { countMaskElements, flatSize } from '../shared/spaces/space.ts';
import type { Inspection, Policy, PolicyAction, PolicyState } from './policy.ts';

export interface PlayedStep {
  /** Observation after the step. */
  readonly observation: Float32Array;
  /** What the world looks like after the step, or before it if the step ended the episode; null if it cannot be drawn. */
  readonly scene: Scene | null;
  readonly action: PolicyAction;
  /** What the policy made of the observation before the step. */
  readonly inspection: Inspection;
  /** Steps and rewards of the episode so far. */
  readonly steps: number;
  readonly return: number;
  readonly isLast: boolean;
}

/** Whoever plays. The policy may be replaced by newer weights of the same model during an episode. */
export interface Seat {
  readonly policy: Policy;
}

/** Yields the steps of one episode with the most probable actions, as they happen. */
export async function* playEpisode(
  seat: Seat,
  definition: EnvironmentDefinition,
  random: Random,
): AsyncGenerator<PlayedStep, void, undefined> {
  const batch = await openBatch(definition, { randoms: [random] });
  const limit = limitEpisodeSteps(definition);
  const observation = new Float32Array(flatSize(definition.observationSpace));
  const actions = new Float32Array(flatSize(definition.actionSpace));
  let state: PolicyState | null = null;
  let total = 0;
  try {
    await batch.start();
    let scene = batch.render?.(0) ?? null;
    for (let steps = 1; ; steps += 1) {
      const { policy } = seat;
      batch.observe(observation, 0);
      const inputs = { state, mask: readMask(batch, definition) };
      const inspection = policy.inspect(observation, inputs);
      const prediction = policy.predict(observation, inputs);
      const { action } = prediction;
      state = prediction.state;
      actions.set([action].flat());
      await batch.step(actions, 0);
      total += batch.rewards[0] ?? 0;
      const hasEnded = batch.ends[0] !== CONTINUES;
      if (hasEnded) observation.set(batch.finalObservations);
      else batch.observe(observation, 0);
      // After an end, the world is in its next episode.
      if (!hasEnded) scene = batch.render?.(0) ?? null;
      const isLast = hasEnded || steps >= limit;
      yield {
        observation: Float32Array.from(observation),
        scene,
        action,
        inspection,
        steps,
        return: total,
        isLast,
      };
      if (isLast) return;
    }
  } finally {
    await batch.close();
  }
}

function readMask(
  batch: EnvironmentBatch,
  { actionSpace, hasActionMask }: EnvironmentDefinition,
): Float32Array | undefined {
  if (!hasActionMask || actionSpace.type === 'box') return undefined;
  const mask = new Float32Array(countMaskElements(actionSpace));
  batch.writeActionMasks?.(mask, 0);
  return mask;
}
