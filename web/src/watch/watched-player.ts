// What the page of a policy needs of whoever plays it: this page, or the server.
import type { Inspection } from '../../../src/policy/browser.ts';
import type { Scene } from '../../../src/shared/environments/scene.ts';

export interface PlayerView {
  /** Null before the first picture, and for an environment that cannot be drawn. */
  readonly scene: Scene | null;
  readonly steps: number;
  readonly return: number;
  /** Returns of finished episodes, oldest first. */
  readonly returns: readonly number[];
  readonly action: number | readonly number[] | null;
  readonly inspection: Inspection;
  /** Number of training steps behind the weights; null if it is not known. */
  readonly trainingSteps: number | null;
  /** Why nothing more is played; null while it is. */
  readonly problem: string | null;
}

export interface WatchedPlayer {
  readonly view: PlayerView;
  step(): void;
  /** Ends the rest after an episode, for somebody who goes step by step. */
  skipRest(): void;
  /** Goes on with newer weights of the model, if there are any. */
  reload(): Promise<void>;
  close(): void;
}

/** Pictures between the end of an episode and the next. */
export const restPictures = 20;
/** Returns that are kept for their mean. */
export const keptReturns = 100;
