// One policy in its environment, step by step, both in this page: the same TypeScript and the same kernels as in training.
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import type { Environment } from '../../../src/shared/environments/environment.ts';
import type { Scene } from '../../../src/shared/environments/scene.ts';
import { wrapEnvironment } from '../../../src/shared/environments/wrappers/wrap-environment.ts';
import type { JobSpec } from '../../../src/shared/job/job-spec.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { flatSize } from '../../../src/shared/spaces/space.ts';
import { loadPolicy, type Inspection, type Policy, type PolicyState } from '../../../src/policy/browser.ts';

export interface PlayerView {
  readonly scene: Scene | null;
  readonly steps: number;
  readonly return: number;
  /** Returns of finished episodes, oldest first. */
  readonly returns: readonly number[];
  readonly action: number | readonly number[] | null;
  readonly inspection: Inspection;
}

/** Pictures between the end of an episode and the next. */
const restPictures = 20;

export class Player {
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

  private constructor(policy: Policy, { environment, maxSteps, maskSize }: Place) {
    this.#policy = policy;
    this.#environment = environment;
    this.#maxSteps = maxSteps;
    this.#observation = new Float32Array(flatSize(policy.observationSpace));
    this.#mask = maskSize === 0 ? null : new Float32Array(maskSize);
    this.#row = new Float32Array(flatSize(policy.actionSpace));
    this.#begin();
  }

  /** Loads the model of a job. Throws if it, or the kernels, cannot be loaded, or if the page cannot run its environment. */
  static async open(model: string, spec: Pick<JobSpec, 'environment' | 'wrappers'>): Promise<Player> {
    const definition = builtInEnvironments.find(({ id }) => id === spec.environment);
    if (definition === undefined)
      throw new Error(
        `${spec.environment} is not built in, and the page has no code of it. Download the model, and play it in a terminal: npx a3c play`,
      );
    const wrapped = wrapEnvironment(definition, spec.wrappers);
    const { actionSpace } = wrapped;
    const policy = await loadPolicy(model);
    return new Player(policy, {
      environment: wrapped.create(),
      maxSteps: wrapped.maxEpisodeSteps ?? Infinity,
      maskSize: wrapped.hasActionMask && actionSpace.type === 'discrete' ? actionSpace.n : 0,
    });
  }

  /** Goes on with newer weights of the same model. */
  async reload(model: string): Promise<void> {
    this.#policy = await loadPolicy(model);
    this.#state = null;
  }

  get view(): PlayerView {
    return {
      scene: this.#environment.render?.() ?? null,
      steps: this.#steps,
      return: this.#return,
      returns: this.#returns,
      action: this.#action,
      inspection: this.#inspection,
    };
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
    this.#returns = [...this.#returns, this.#return].slice(-100);
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
  readonly environment: Environment;
  readonly maxSteps: number;
  readonly maskSize: number;
}
