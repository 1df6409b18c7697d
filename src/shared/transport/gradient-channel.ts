// Gradient channel: the connection of an actor to its master. It receives parameters, sends gradients, and lends the
// buffers for them.
import type { WorkerState } from '../protocol/worker-state.ts';

export interface GradientChannel {
  /** Whether the worker must end. */
  readonly isStopped: boolean;
  /**
   * Copies the newest parameters into `target`, unless they have the version `known` (negative: none); returns their
   * version.
   */
  readParameters(target: Float32Array, known: number): number;
  /** Progress of training, from 0 to 1, when the parameters last read were published. */
  readonly progress: number;
  /** Weight of the entropy bonus, published with those parameters. */
  readonly entropyCoefficient: number;
  /** Mean approximate KL divergence of the round before those parameters; NaN if not measured. */
  readonly approximateKl: number;
  /**
   * Waits for a free buffer; returns null if the job is stopped meanwhile. Returns a promise if waiting must not block
   * the thread.
   */
  acquireBuffer(): ArrayBuffer | null | Promise<ArrayBuffer | null>;
  /** Sends a filled buffer to the master. */
  send(buffer: ArrayBuffer): void;
  /** Whether the master wants the worker's state before a rollout with that version. */
  isStateWanted(version: number): boolean;
  /** Sends the worker's state, which must be a copy. */
  sendState(state: WorkerState): void;
  /**
   * Tells the master that the worker waits for its environment, with its state, which does not change meanwhile; or that
   * it goes on. Absent where environments do not go away.
   */
  sendPresence?(isPresent: boolean, state: WorkerState | null): void;
  /** Waits until the parameters are newer than `version`; returns false if the job is stopped meanwhile. */
  waitForNewerThan(version: number): boolean | Promise<boolean>;
}
