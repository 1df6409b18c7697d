// Thread channel: connects a master and a worker thread of the same process. Buffers travel over a port, parameters
// are read from shared memory, and waiting uses shared integers, so a worker never has to return to its event loop.
import type { WorkerState } from '../protocol/worker-state.ts';
import type { BufferPort } from './buffer-port.ts';
import type { ParameterBoard } from './parameter-board.ts';
import type { ControlBlock } from './control-block.ts';
import type { GradientChannel } from './gradient-channel.ts';

/** Latest time to notice a stop signal that arrives between the check of the flag and the sleep. */
const WAKE_UP_MS = 50;

export interface ThreadChannelOptions {
  readonly workerIndex: number;
  readonly board: ParameterBoard;
  readonly control: ControlBlock;
  readonly port: BufferPort;
  readonly buffers: readonly ArrayBuffer[];
  /** Whether waiting may block the thread: not if environments are asynchronous, because they need its event loop. */
  readonly mayBlock?: boolean;
}

export class ThreadChannel implements GradientChannel {
  readonly #workerIndex: number;
  readonly #board: ParameterBoard;
  readonly #control: ControlBlock;
  readonly #port: BufferPort;
  readonly #free: ArrayBuffer[];
  readonly #mayBlock: boolean;
  /** Number of the last state request that was answered. */
  #statesSent = 0;

  constructor({ workerIndex, board, control, port, buffers, mayBlock = true }: ThreadChannelOptions) {
    this.#workerIndex = workerIndex;
    this.#board = board;
    this.#control = control;
    this.#port = port;
    this.#free = [...buffers];
    this.#mayBlock = mayBlock;
  }

  get isStopped(): boolean {
    return this.#control.isStopped;
  }

  readParameters(target: Float32Array, known: number): number {
    return known < 0 || this.#board.isNewerThan(known) ? this.#board.read(target) : known;
  }

  get progress(): number {
    return this.#board.progress;
  }

  get entropyCoefficient(): number {
    return this.#board.entropyCoefficient;
  }

  get approximateKl(): number {
    return this.#board.approximateKl;
  }

  acquireBuffer(): ArrayBuffer | null | Promise<ArrayBuffer | null> {
    const free = this.#free.pop();
    if (free) return free;
    if (!this.#mayBlock) return this.#takeBuffer();
    for (;;) {
      // The count is read before the port, so that a buffer that is returned in between ends the sleep at once.
      const returned = this.#control.countReturned(this.#workerIndex);
      this.#collectReturned();
      const buffer = this.#free.pop();
      if (buffer) return buffer;
      if (this.#control.isStopped) return null;
      this.#control.waitForReturn(this.#workerIndex, returned, WAKE_UP_MS);
    }
  }

  send(buffer: ArrayBuffer): void {
    this.#port.send(buffer);
  }

  isStateWanted(version: number): boolean {
    return this.#control.stateRequests !== this.#statesSent && this.#control.isStateDue(version);
  }

  sendState(state: WorkerState): void {
    this.#statesSent = this.#control.stateRequests;
    this.#port.sendState(state);
  }

  sendPresence(isPresent: boolean, state: WorkerState | null): void {
    this.#port.sendPresence?.({ type: 'presence', isPresent, state });
  }

  waitForNewerThan(version: number): boolean | Promise<boolean> {
    if (!this.#mayBlock) return this.#whenNewerThan(version);
    while (!this.#board.isNewerThan(version) && !this.#control.isStopped) {
      this.#board.waitForChange(version, WAKE_UP_MS);
    }
    return !this.#control.isStopped;
  }

  async #takeBuffer(): Promise<ArrayBuffer | null> {
    for (;;) {
      const returned = this.#control.countReturned(this.#workerIndex);
      this.#collectReturned();
      const buffer = this.#free.pop();
      if (buffer) return buffer;
      if (this.#control.isStopped) return null;
      await this.#control.whenReturned(this.#workerIndex, returned, WAKE_UP_MS);
    }
  }

  async #whenNewerThan(version: number): Promise<boolean> {
    while (!this.#board.isNewerThan(version) && !this.#control.isStopped) {
      await this.#board.whenChanged(version, WAKE_UP_MS);
    }
    return !this.#control.isStopped;
  }

  #collectReturned(): void {
    for (;;) {
      const buffer = this.#port.takeReturned();
      if (buffer === null) return;
      this.#free.push(buffer);
    }
  }
}
