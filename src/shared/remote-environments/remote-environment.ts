// Remote environment: a world of a peer, as an environment of a worker. Its promises are open while its world is away,
// so its actor is paused.
import type { Environment, EnvironmentDefinition } from '../environments/environment.ts';
import type { Random } from '../random/random.ts';
import { CONTINUES, TERMINATED } from '../returns/generalized-advantage.ts';
import { flatSize } from '../spaces/space.ts';
import { EnvironmentLink, type EnvironmentLinkOptions, type SeatListener } from './environment-link.ts';
import { remotePrefix, type RemoteDeclaration, type RemoteOrigin } from '../environments/remote-origin.ts';

const seeds = 2 ** 32;

class RemoteEnvironment implements Environment, SeatListener {
  terminated = false;
  truncated = false;
  interrupted = false;
  readonly writeActionMask?: (target: Float32Array, offset: number) => void;
  readonly #link: EnvironmentLink;
  readonly #seat: number;
  readonly #observationSize: number;
  readonly #actionSize: number;
  /** Observation, and the action mask if there is one. */
  #row = new Float32Array(0);
  #resolveReset: () => void = () => undefined;
  #resolveStep: (reward: number) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(declaration: RemoteDeclaration, link: EnvironmentLink) {
    this.#link = link;
    this.#seat = link.takeSeat(this);
    this.#observationSize = flatSize(declaration.observationSpace);
    this.#actionSize = flatSize(declaration.actionSpace);
    if (declaration.hasActionMask) {
      this.writeActionMask = (target, offset) => {
        target.set(this.#row.subarray(this.#observationSize), offset);
      };
    }
  }

  reset(random: Random): Promise<void> {
    const answered = new Promise<void>((resolve, reject) => {
      this.#resolveReset = resolve;
      this.#reject = reject;
    });
    this.#link.askReset(this.#seat, random.nextInteger(seeds));
    return answered;
  }

  step(actions: Float32Array, offset: number): Promise<number> {
    const answered = new Promise<number>((resolve, reject) => {
      this.#resolveStep = resolve;
      this.#reject = reject;
    });
    this.#link.askStep(this.#seat, actions.subarray(offset, offset + this.#actionSize));
    return answered;
  }

  observe(target: Float32Array, offset: number): void {
    const row = this.#row;
    for (let index = 0; index < this.#observationSize; index += 1) target[offset + index] = row[index] ?? 0;
  }

  close(): void {
    this.#link.leaveSeat(this.#seat);
  }

  onObservation(numbers: Float32Array): void {
    // The first observation tells how long the row is.
    if (this.#row.length === numbers.length) this.#row.set(numbers);
    else this.#row = numbers.slice();
    this.terminated = false;
    this.truncated = false;
    this.interrupted = false;
    this.#resolveReset();
  }

  onOutcome(numbers: Float32Array): void {
    const end = numbers[1];
    this.#row.set(numbers.subarray(2));
    this.terminated = end === TERMINATED;
    this.truncated = end !== TERMINATED && end !== CONTINUES;
    this.#resolveStep(numbers[0] ?? 0);
  }

  /** The last observation stays, from which the step was to be taken. */
  onCut(): void {
    this.truncated = true;
    this.interrupted = true;
    this.#resolveStep(0);
  }

  onFailure(error: Error): void {
    this.#reject(error);
  }
}

/** Describes a remote environment; only `openRemoteEnvironment` can create its worlds. */
export function describeRemoteEnvironment(origin: RemoteOrigin): EnvironmentDefinition {
  const { name, ...declaration } = origin.declaration;
  return {
    ...declaration,
    id: `${remotePrefix}${name}`,
    origin,
    truncatesItself: true,
    isAsynchronous: true,
    hasFewWorlds: true,
    create: () => {
      throw new RangeError(`${name} is not opened`);
    },
  };
}

/** Returns the definition for one batch: all worlds that it creates belong together, and step together. */
export function openRemoteEnvironment(options: EnvironmentLinkOptions): EnvironmentDefinition {
  const link = new EnvironmentLink(options);
  const { declaration } = options.origin;
  return {
    ...describeRemoteEnvironment(options.origin),
    create: () => new RemoteEnvironment(declaration, link),
  };
}
