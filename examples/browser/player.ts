// A policy plays a built-in environment, step by step.
import { builtInEnvironments, Random, type RestorableEnvironment, type Scene } from 'a3c-server/environments';
import type { Policy, PolicyState } from 'a3c-server/policy';

/** One episode after another; each call of `step` is one step. */
export class Player {
  episodes = 0;
  lastReturn = 0;
  /** Replaced while a newer one is trained. */
  policy: Policy;
  readonly #environment: RestorableEnvironment;
  readonly #maxSteps: number;
  readonly #random = Random.fromSeed(Date.now());
  readonly #observation: Float32Array;
  readonly #action = new Float32Array(1);
  #state: PolicyState | null = null;
  #return = 0;
  #steps = 0;

  constructor(policy: Policy) {
    const definition = builtInEnvironments.find(({ id }) => id === policy.environment);
    if (!definition?.id.startsWith('CartPole-'))
      throw new Error(`this page plays CartPole, and the model was trained in ${policy.environment}`);
    this.policy = policy;
    this.#environment = definition.create();
    this.#maxSteps = definition.maxEpisodeSteps ?? Infinity;
    this.#observation = new Float32Array(4);
    this.#begin();
  }

  get scene(): Scene {
    return this.#environment.render();
  }

  step(): void {
    const { action, state } = this.policy.predict(this.#observation, { state: this.#state });
    this.#state = state;
    this.#action[0] = Number(action);
    this.#return += this.#environment.step(this.#action, 0, this.#random);
    this.#environment.observe(this.#observation, 0);
    this.#steps += 1;
    if (!this.#environment.terminated && this.#steps < this.#maxSteps) return;
    this.episodes += 1;
    this.lastReturn = this.#return;
    this.#begin();
  }

  #begin(): void {
    this.#return = 0;
    this.#steps = 0;
    this.#state = null;
    this.#environment.reset(this.#random);
    this.#environment.observe(this.#observation, 0);
  }
}
