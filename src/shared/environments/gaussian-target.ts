// GaussianTarget: one state and one action, the smallest problem of continuous control, to watch a Gaussian policy
// converge. After van Heeswijk, "A Minimal Working Example for Continuous Policy Gradients in TensorFlow 2.0".
import { createBoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import type { Scene } from './scene.ts';

const target = 4;
const tolerance = 0.25;
const maxReward = 1;

/**
 * Observation: the constant 1. The action is any real number a, and the reward is ζβ / max(ζ, |τ − a|), with τ = 4, ζ
 * = 0.25 and β = 1: β within ζ of the target τ, and less in proportion to the distance beyond. Every episode has one
 * step.
 */
class GaussianTarget implements RestorableEnvironment {
  terminated = false;
  /** Of the last step, for its picture; null before it. */
  #action: number | null = null;

  reset(): void {
    this.#action = null;
    this.terminated = false;
  }

  step(actions: Float32Array, offset: number): number {
    if (this.terminated) return 0;
    this.terminated = true;
    this.#action = actions[offset]!;
    return (tolerance * maxReward) / Math.max(tolerance, Math.abs(target - actions[offset]!));
  }

  observe(row: Float32Array, offset: number): void {
    row[offset] = 1;
  }

  getState(): number[] {
    return [];
  }

  setState(): void {
    this.terminated = false;
  }

  /** A line of numbers from −1 to 9, with the target and the action, if there was one. */
  render(): Scene {
    const locate = (number: number): number => Math.min(Math.max(number + 1, 0), 10);
    const x = locate(target);
    return {
      width: 10,
      height: 2,
      shapes: [
        {
          type: 'line',
          points: [
            [0, 1],
            [10, 1],
          ],
          color: 'muted',
        },
        {
          type: 'line',
          points: [
            [x - tolerance, 1],
            [x + tolerance, 1],
          ],
          color: 'good',
          thickness: 0.3,
        },
        { type: 'text', text: String(target), centre: [x, 1.6], height: 0.4, color: 'muted' },
        ...(this.#action === null
          ? []
          : [{ type: 'circle', centre: [locate(this.#action), 1], radius: 0.15, color: 'accent' } as const]),
      ],
    };
  }
}

export const gaussianTarget: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'GaussianTarget-v0',
  description: `Find the number ${target}: one step, with a reward for how close the action comes`,
  observationSpace: createBoxSpace([1], 0, 1),
  actionSpace: createBoxSpace([1], -Infinity, Infinity),
  maxEpisodeSteps: 1,
  // The example is judged by its policy's mean and deviation, not by a return.
  rewardThreshold: null,
  hasActionMask: false,
  create: () => new GaussianTarget(),
};
