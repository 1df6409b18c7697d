// Buffer port: carries a worker's gradient buffers to its master and back.
import type { WorkerPresence, WorkerState } from '../protocol/worker-state.ts';

export interface BufferPort {
  /** Sends a filled buffer; the caller must not use it until it is returned. */
  send(buffer: ArrayBuffer): void;
  /** Sends a state, which must be a copy. */
  sendState(state: WorkerState): void;
  /** Sends that the worker waits, with a copy of its state, or that it goes on. Absent where workers never wait. */
  sendPresence?(presence: WorkerPresence): void;
  /** Takes a buffer that the master has returned; null if none is waiting. Never waits. */
  takeReturned(): ArrayBuffer | null;
}

/** A state is already a copy, and may be as large as a replay buffer, so it is transferred, not copied again. */
export function listBuffers({ algorithm }: WorkerState): ArrayBuffer[] {
  return Object.values(algorithm).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
}
