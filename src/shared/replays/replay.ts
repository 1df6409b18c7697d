// A replay, as it is written into a page and read there: steps, and the shapes that they show.
import type { Scene } from '../environments/scene.ts';
import { restoreShape, type StoredShape } from './stored-shape.ts';

export interface Replay {
  /** Id of the environment. */
  readonly environment: string;
  readonly stepsPerSecond: number;
  /** Why it ends before its episodes do; null if it does not. */
  readonly cut: string | null;
  /** Each once: most shapes are the same in many steps. */
  readonly shapes: readonly StoredShape[];
  readonly steps: readonly ReplayStep[];
}

export interface ReplayStep {
  readonly episode: number;
  readonly step: number;
  /** Sum of the rewards of the episode so far. */
  readonly return: number;
  /** The number of a discrete action; otherwise one number per choice, or per element of a box. */
  readonly action: number | readonly number[];
  /** Of each action, if the policy has them. */
  readonly probabilities?: readonly number[];
  /** What the critic expected before the step, if the policy has one. */
  readonly value?: number;
  /** What the world looks like after the step; absent if it cannot be drawn. */
  readonly scene?: StoredScene;
  /** The observation in words and numbers, if there is no scene. */
  readonly text?: readonly string[];
}

export interface StoredScene {
  readonly size: readonly [width: number, height: number];
  /** Numbers of its shapes in the replay. */
  readonly shapes: readonly number[];
}

/** Returns the scene of a step; null if it has none. */
export function restoreScene({ shapes }: Pick<Replay, 'shapes'>, { scene }: ReplayStep): Scene | null {
  if (scene === undefined) return null;
  const found = scene.shapes.flatMap((number) => shapes[number] ?? []);
  return { width: scene.size[0], height: scene.size[1], shapes: found.map(restoreShape) };
}
