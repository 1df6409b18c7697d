// One policy in its environment, step by step, both in this page: the same TypeScript and the same kernels as in training.
import type { Environment, EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { wrapEnvironment } from '../../../src/shared/environments/wrappers/wrap-environment.ts';
import type { WrappersSpec } from '../../../src/shared/environments/wrappers/wrappers-spec.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { flatSize } from '../../../src/shared/spaces/space.ts';
import { loadPolicy, type Inspection, type Policy, type PolicyState } from '../../../src/policy/browser.ts';
import { keptReturns, restPictures, type PlayerView, type WatchedPlayer } from './watched-player.ts';

export class Player implements WatchedPlayer {
  readonly #address: string;
  readonly #environment: Environment;
  readonly #maxSteps: number;
  readonly #random = Random.fromSeed(Date.now() % 2 ** 32);
  readonly #observation: Float32Array;
  readonly #mask: Float32Array | null;
  readonly #row: Float32Array;
  #policy: Policy;
  #state: PolicyState | null = null;
  #action: number | readonly number[] | null = null;
  #inspection: Inspection = { probabilities: null, value: null };
  #steps = 0;
  #return = 0;
  #returns: number[] = [];
  #hasEnded = false;
  #rest = 0;

  private constructor(policy: Policy, { address, environment, maxSteps, maskSize }: Place) {
    this.#address = address;
    this.#policy = policy;
    this.#environment = environment;
    this.#maxSteps = maxSteps;
    this.#observation = new Float32Array(flatSize(policy.observationSpace));
    this.#mask = maskSize === 0 ? null : new Float32Array(maskSize);
    this.#row = new Float32Array(flatSize(policy.actionSpace));
    this.#begin();
  }

  /** Loads the model at an address. Throws if it, or the kernels, cannot be loaded. */
  static async open(
    address: string,
    definition: EnvironmentDefinition,
    wrappers: WrappersSpec,
  ): Promise<Player> {
    const wrapped = wrapEnvironment(definition, wrappers);
    const { actionSpace } = wrapped;
    const [policy] = await Promise.all([loadPolicy(address), wrapped.load?.()]);
    return new Player(policy, {
      address,
      environment: wrapped.create(),
      maxSteps: wrapped.maxEpisodeSteps ?? Infinity,
      maskSize: wrapped.hasActionMask && actionSpace.type === 'discrete' ? actionSpace.n : 0,
    });
  }

  async reload(): Promise<void> {
    const before = this.#policy;
    this.#policy = await loadPolicy(this.#address);
    this.#state = null;
    before.close();
  }

  close(): void {
    this.#policy.close();
  }

  get view(): PlayerView {
    return {
      scene: this.#environment.render?.() ?? null,
      steps: this.#steps,
      return: this.#return,
      returns: this.#returns,
      action: this.#action,
      inspection: this.#inspection,
      trainingSteps: this.#policy.trainingSteps,
      problem: null,
    };
  }

  skipRest(): void {
    if (this.#hasEnded) this.#begin();
  }

  step(): void {
    if (this.#hasEnded) {
      this.#rest -= 1;
      if (this.#rest <= 0) this.#begin();
      return;
    }
    const inputs = { state: this.#policy.isRecurrent ? this.#state : null, mask: this.#readMask() };
    this.#inspection = this.#policy.inspect(this.#observation, inputs);
    const { action, state } = this.#policy.predict(this.#observation, inputs);
    this.#state = state;
    this.#action = action;
    this.#row.set(typeof action === 'number' ? [action] : action);
    const reward = this.#environment.step(this.#row, 0, this.#random);
    // Built-in environments return no promises.
    this.#return += typeof reward === 'number' ? reward : 0;
    this.#environment.observe(this.#observation, 0);
    this.#steps += 1;
    if (!this.#environment.terminated && this.#steps < this.#maxSteps) return;
    this.#hasEnded = true;
    this.#rest = restPictures;
    this.#returns = [...this.#returns, this.#return].slice(-keptReturns);
  }

  #begin(): void {
    this.#hasEnded = false;
    this.#steps = 0;
    this.#return = 0;
    this.#state = null;
    void this.#environment.reset(this.#random);
    this.#environment.observe(this.#observation, 0);
  }

  #readMask(): Float32Array | undefined {
    if (this.#mask === null) return undefined;
    this.#environment.writeActionMask?.(this.#mask, 0);
    return this.#mask;
  }
}

interface Place {
  /** Address of the model. */
  readonly address: string;
  readonly environment: Environment;
  readonly maxSteps: number;
  readonly maskSize: number;
}
