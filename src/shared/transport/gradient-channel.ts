// What an actor knows of its master: parameters come in, gradients go out, and buffers to write them in are lent.
import type { WorkerState } from '../protocol/worker-state.ts';

export interface GradientChannel {
  /** Whether the master wants this worker to end. */
  readonly isStopped: boolean;
  /** Copies the newest parameters into `target` unless they are of version `known`, negative for none; returns their version. */
  readParameters(target: Float32Array, known: number): number;
  /** How far training had come, from 0 to 1, when the parameters last read were published. */
  readonly progress: number;
  /** Mean approximate KL divergence of the round that led to those parameters; NaN where nobody measured it. */
  readonly approximateKl: number;
  /** Waits for a free buffer; null when stopped meanwhile. A promise where waiting must not block the thread. */
  acquireBuffer(): ArrayBuffer | null | Promise<ArrayBuffer | null>;
  /** Hands a filled buffer to the master. */
  send(buffer: ArrayBuffer): void;
  /** Whether the master wants to know where this worker stands, about to begin a rollout with that version. */
  isStateWanted(version: number): boolean;
  /** Answers; what is sent must be a copy. */
  sendState(state: WorkerState): void;
  /** Waits until the parameters are newer than `version`; false when stopped meanwhile. */
  waitForNewerThan(version: number): boolean | Promise<boolean>;
}
