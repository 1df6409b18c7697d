// Batch of environments of Gymnasium. One Python process steps all worlds, and the thread waits for it.
import { AppError } from '../errors/app-error.ts';
import {
  EnvironmentFailedError,
  InvalidEnvironmentOutputError,
} from '../environments/custom/environment-errors.ts';
import type { EnvironmentCall } from '../environments/custom/environment-errors.ts';
import type { BatchOptions, EnvironmentBatch } from '../environments/environment-batch.ts';
import { gymnasiumPrefix } from '../environments/gymnasium-description.ts';
import type { CallWatch } from '../environments/wrappers/watch-calls.ts';
import type { WrappersSpec } from '../environments/wrappers/wrappers-spec.ts';
import type { Random } from '../random/random.ts';
import { CONTINUES } from '../returns/generalized-advantage.ts';
import { areFinite } from '../statistics/are-finite.ts';
import { EnvironmentProcessError } from './gymnasium-errors.ts';
import { PythonProcess } from './python-process.ts';
import { readProblem } from './read-problem.ts';
import { headBytes, ReplyFrame, type FrameShape } from './reply-frame.ts';

export interface BridgeSettings extends FrameShape {
  /** Alternatives of each choice of an action; empty without a mask. */
  readonly choices: readonly number[];
  /** Gymnasium's own id. */
  readonly id: string;
  readonly wrappers: WrappersSpec;
}

export interface BridgeOptions extends BatchOptions {
  readonly python: string;
  readonly watch: CallWatch;
}

const START = 0;
const STEP = 1;
const RETIRE = 2;

export class GymnasiumBatch implements EnvironmentBatch {
  readonly size: number;
  readonly rewards: Float32Array;
  readonly ends: Uint8Array;
  readonly finalObservations: Float32Array;
  readonly keepsStates = false;
  readonly writeActionMasks?: (target: Float32Array, offset: number) => void;
  readonly #settings: BridgeSettings;
  readonly #process: PythonProcess;
  readonly #randoms: readonly Random[];
  readonly #python: string;
  readonly #watch: CallWatch;
  readonly #frame: ReplyFrame;
  /** A request: its command, and a number for each element of an action. */
  readonly #request: Uint8Array;
  readonly #command: Int32Array;
  readonly #words: Uint32Array;
  readonly #actions: Float32Array;
  #steps = 0;

  private constructor(
    settings: BridgeSettings,
    process: PythonProcess,
    { python, randoms, watch }: BridgeOptions,
  ) {
    const { worlds, actionSize, observationSize, maskSize } = settings;
    this.#settings = settings;
    this.#process = process;
    this.#randoms = randoms;
    this.#python = python;
    this.#watch = watch;
    this.#frame = new ReplyFrame(settings);
    const request = new ArrayBuffer(4 + 4 * worlds * actionSize);
    this.#request = new Uint8Array(request);
    this.#command = new Int32Array(request, 0, 1);
    this.#words = new Uint32Array(request, 4);
    this.#actions = new Float32Array(request, 4);
    this.size = worlds;
    this.rewards = this.#frame.rewards;
    this.ends = this.#frame.ends;
    this.finalObservations = new Float32Array(worlds * observationSize);
    if (maskSize > 0)
      this.writeActionMasks = (target, offset) => {
        target.set(this.#frame.masks, offset);
      };
  }

  /** Starts the process and makes the worlds. Rejects with an AppError that says what to do. */
  static async open(settings: BridgeSettings, options: BridgeOptions): Promise<GymnasiumBatch> {
    const process = PythonProcess.open(options.python, settings);
    options.watch.waitFor?.(process.pid ?? 0);
    const batch = new GymnasiumBatch(settings, process, options);
    try {
      const failed = batch.#receive('createBatch', headBytes);
      if (failed !== undefined) await failed;
      return batch;
    } catch (error) {
      await batch.close();
      throw error;
    }
  }

  start(): void | Promise<void> {
    this.#command[0] = START;
    for (let world = 0; world < this.size; world += 1)
      this.#words[world] = this.#randoms[world]!.nextUint32();
    return this.#ask('reset');
  }

  step(actions: Float32Array, offset: number): void | Promise<void> {
    const taken = this.#actions;
    this.#command[0] = STEP;
    for (let index = 0; index < taken.length; index += 1) taken[index] = actions[offset + index]!;
    this.#steps += 1;
    return this.#ask('step');
  }

  observe(target: Float32Array, offset: number): void {
    target.set(this.#frame.observations, offset);
  }

  getStates(): null[] {
    return Array.from({ length: this.size }, () => null);
  }

  retire(world: number): void {
    this.#command[0] = RETIRE;
    this.#words[0] = world;
    this.#process.write(this.#request);
  }

  async close(): Promise<void> {
    await this.#process.close();
    this.#watch.waitFor?.(0);
  }

  /** Sends the request and reads the reply. Returns a promise, which rejects, only if something is wrong. */
  #ask(method: 'reset' | 'step'): void | Promise<void> {
    if (!this.#process.write(this.#request)) return this.#explainEnd();
    const failed = this.#receive(method, this.#frame.fixedBytes);
    if (failed !== undefined) return failed;
    this.#requireFinite(method);
    if (this.#settings.maskSize > 0) this.#requireChoices(method);
    if (this.#frame.count > 0) this.#placeFinals();
    return undefined;
  }

  /** Reads a reply that has `bytes` bytes if nothing ended. */
  #receive(method: EnvironmentCall['method'], bytes: number): void | Promise<void> {
    const frame = this.#frame;
    let wanted = bytes;
    for (let received = 0; received < wanted;) {
      // A reply follows its request, so there is never more to read than what belongs to it.
      const read = this.#process.read(frame.bytes, received, frame.bytes.length - received);
      if (read === 0) return this.#explainEnd();
      received += read;
      if (received < headBytes) continue;
      if (frame.status !== 0) return this.#readError(method, received);
      wanted = bytes + frame.count * frame.rowBytes;
    }
    return undefined;
  }

  /**
   * Final observations follow each other in the reply; each world has its own row here. Throws
   * InvalidEnvironmentOutputError if one is not finite.
   */
  #placeFinals(): void {
    const { ends, finals } = this.#frame;
    const { observationSize } = this.#settings;
    let next = 0;
    for (let world = 0; world < this.size; world += 1) {
      if (ends[world] === CONTINUES) continue;
      const final = finals[next];
      next += 1;
      if (final === undefined) continue;
      if (!this.#settings.isBytes && !areFinite(final))
        this.#refuse('step', 'returned an observation that is not finite');
      this.finalObservations.set(final, world * observationSize);
    }
  }

  /** Throws InvalidEnvironmentOutputError if a reward or an observation is not finite. */
  #requireFinite(method: 'reset' | 'step'): void {
    const { rewards, observations } = this.#frame;
    if (!areFinite(rewards)) this.#refuse(method, 'returned a reward that is not finite');
    if (!this.#settings.isBytes && !areFinite(observations))
      this.#refuse(method, 'returned an observation that is not finite');
  }

  /** Throws InvalidEnvironmentOutputError if a mask allows no alternative of a choice. */
  #requireChoices(method: 'reset' | 'step'): void {
    const { masks } = this.#frame;
    const { choices } = this.#settings;
    let next = 0;
    for (let world = 0; world < this.size; world += 1) {
      for (let choice = 0; choice < choices.length; choice += 1) {
        const end = next + choices[choice]!;
        let allowed = 0;
        for (; next < end; next += 1) allowed += masks[next]!;
        if (allowed === 0)
          this.#refuse(method, `returned an action_mask that allows no action, choice ${choice}`);
      }
    }
  }

  #refuse(method: 'reset' | 'step', problem: string): never {
    throw new InvalidEnvironmentOutputError(this.#describeCall(method), problem);
  }

  async #explainEnd(): Promise<never> {
    const end = await this.#process.end;
    throw new EnvironmentProcessError(this.#name, end);
  }

  /** Reads the rest of an error, of which `received` bytes are there, and throws it. */
  async #readError(method: EnvironmentCall['method'], received: number): Promise<never> {
    const length = headBytes + this.#frame.count;
    const bytes = new Uint8Array(Math.max(length, received));
    bytes.set(this.#frame.bytes.subarray(0, received));
    for (let at = received; at < length;) {
      const read = this.#process.read(bytes, at, length - at);
      if (read === 0) return await this.#explainEnd();
      at += read;
    }
    const answer: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(headBytes, length)));
    const problem = readProblem(answer, { id: this.#name, python: this.#python });
    if (problem instanceof AppError) throw problem;
    throw new EnvironmentFailedError(this.#describeCall(method), problem?.raised);
  }

  get #name(): string {
    return `${gymnasiumPrefix}${this.#settings.id}`;
  }

  #describeCall(method: EnvironmentCall['method']): EnvironmentCall {
    return { environment: this.#name, method, episodeStep: this.#steps };
  }
}
