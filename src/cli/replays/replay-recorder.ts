// What makes a file of the steps of a policy that plays.
import type { PlayedStep } from '../../policy/play-episode.ts';

export interface ReplayContent {
  readonly bytes: Uint8Array;
  /** Pictures of a GIF; steps of a page. */
  readonly frames: number;
}

export interface ReplayRecorder {
  /** Adds a step. Returns null, or why the file can take no more. */
  add(episode: number, step: PlayedStep): string | null;
  /** Returns the file. `cut` is why it ends before its episodes do; null if it does not. */
  finish(cut: string | null): ReplayContent;
}

export interface RecorderOptions {
  /** How fast it is played. */
  readonly stepsPerSecond: number;
}
