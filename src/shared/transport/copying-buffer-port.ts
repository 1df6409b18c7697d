// Buffer port for workers that can send messages but not receive any while they work, such as Web Workers: they have no
// receiveMessageOnPort. The master gets a copy of each buffer, and returns it by counting in the control block.
import type { WorkerState } from '../protocol/worker-state.ts';
import { listBuffers, type BufferPort } from './buffer-port.ts';
import type { ControlBlock } from './control-block.ts';

export interface CopyingBufferPortOptions {
  readonly workerIndex: number;
  readonly control: Pick<ControlBlock, 'countReturned'>;
  /** Posts a message to the master, as postMessage does: buffers in `transfer` are moved, all else is copied. */
  readonly post: (message: ArrayBuffer | WorkerState, transfer: ArrayBuffer[]) => void;
}

export class CopyingBufferPort implements BufferPort {
  readonly #options: CopyingBufferPortOptions;
  /** Buffers whose copies the master has. */
  readonly #lent: ArrayBuffer[] = [];
  /** The count of returned buffers, as far as they were taken. */
  #taken: number;

  constructor(options: CopyingBufferPortOptions) {
    this.#options = options;
    this.#taken = options.control.countReturned(options.workerIndex);
  }

  send(buffer: ArrayBuffer): void {
    this.#options.post(buffer, []);
    this.#lent.push(buffer);
  }

  sendState(state: WorkerState): void {
    this.#options.post(state, listBuffers(state));
  }

  takeReturned(): ArrayBuffer | null {
    const { control, workerIndex } = this.#options;
    if (control.countReturned(workerIndex) === this.#taken) return null;
    this.#taken = (this.#taken + 1) | 0;
    return this.#lent.pop() ?? null;
  }
}
