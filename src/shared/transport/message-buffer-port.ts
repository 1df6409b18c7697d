// Buffer port over a MessagePort of Node: buffers are transferred, and received without an event loop.
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { WorkerPresence, WorkerState } from '../protocol/worker-state.ts';
import { listBuffers, type BufferPort } from './buffer-port.ts';

export class MessageBufferPort implements BufferPort {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  send(buffer: ArrayBuffer): void {
    this.#port.postMessage(buffer, [buffer]);
  }

  sendState(state: WorkerState): void {
    this.#port.postMessage(state, listBuffers(state));
  }

  sendPresence(presence: WorkerPresence): void {
    this.#port.postMessage(presence, presence.state === null ? [] : listBuffers(presence.state));
  }

  takeReturned(): ArrayBuffer | null {
    for (;;) {
      const received: { message: unknown } | undefined = receiveMessageOnPort(this.#port);
      if (received === undefined) return null;
      if (received.message instanceof ArrayBuffer) return received.message;
    }
  }
}
