// An environment that takes its time, seen through the synchronous contract: `prepare` and `advance` wait for its
// answers, and `reset` and `step` then hand them over. So whatever steps environments needs no second version.
import type { Random } from '../random/random.ts';
import { flatSize } from '../spaces/space.ts';
import type { AsynchronousEnvironment, Environment, EnvironmentDefinition } from './environment.ts';

export class SettledEnvironment implements Environment {
  terminated = false;
  truncated = false;
  readonly writeActionMask?: (target: Float32Array, offset: number) => void;
  readonly #environment: AsynchronousEnvironment;
  readonly #observation: Float32Array;
  readonly #firstObservation: Float32Array;
  #reward = 0;

  constructor(
    environment: AsynchronousEnvironment,
    { observationSpace }: Pick<EnvironmentDefinition, 'observationSpace'>,
  ) {
    const size = flatSize(observationSpace);
    this.#environment = environment;
    this.#observation = new Float32Array(size);
    this.#firstObservation = new Float32Array(size);
    // Once the next episode is prepared, this is its mask; nothing acts on the observation before it any more.
    if (environment.writeActionMask) {
      this.writeActionMask = (target, offset) => environment.writeActionMask?.(target, offset);
    }
  }

  /** Waits for the first observation of an episode. The last one of the episode before is shown until `reset`. */
  async prepare(random: Random): Promise<void> {
    await this.#environment.reset(random);
    this.#environment.observe(this.#firstObservation, 0);
  }

  /** Waits for a step. */
  async advance(actions: Float32Array, offset: number, random: Random): Promise<void> {
    const environment = this.#environment;
    this.#reward = await environment.step(actions, offset, random);
    environment.observe(this.#observation, 0);
    this.terminated = environment.terminated;
    this.truncated = environment.truncated === true;
  }

  reset(): void {
    this.#observation.set(this.#firstObservation);
    this.terminated = false;
    this.truncated = false;
  }

  step(): number {
    return this.#reward;
  }

  observe(target: Float32Array, offset: number): void {
    target.set(this.#observation, offset);
  }
}

/** Opens environments of either kind: those that take their time come settled. */
export function chooseCreation(definition: EnvironmentDefinition): () => Environment {
  const { asynchronous } = definition;
  if (!asynchronous?.isNeeded()) return () => definition.create();
  return () => new SettledEnvironment(asynchronous.create(), definition);
}
