// Sampler of a stochastic policy: draws actions with the probabilities that it was trained with.
import type { ActorCriticModel } from '../shared/engines/actor-critic-model.ts';
import type { ActorCriticModelOptions, Engine, PolicyModelOptions } from '../shared/engines/engine.ts';
import { Random } from '../shared/random/random.ts';

/** The parts of a model that acting reads and writes. Those that take the mode and those that sample have them. */
export type ActingModel = Pick<
  ActorCriticModel,
  'observations' | 'actions' | 'mask' | 'recurrence' | 'parameters' | 'refresh'
>;

export class PolicySampler {
  readonly model: ActingModel;
  readonly #model: ActorCriticModel;
  readonly #random = Random.fromSeed(0);

  constructor(engine: Engine, options: PolicyModelOptions) {
    const sizes: Pick<ActorCriticModelOptions, 'capacity' | 'lossRows' | 'environments'> = {
      capacity: 1,
      lossRows: 1,
      environments: 1,
    };
    this.#model = engine.createActorCritic({ ...options, ...sizes, random: this.#random });
    this.model = this.#model;
  }

  /** Probabilities of the actions 0 … count−1 of the observation in row 0. */
  computeProbabilities(count: number): number[] {
    this.#model.beginRollout();
    this.#model.recurrence?.followCarried(0, 0);
    this.#model.computePolicy(0, 1);
    return Array.from({ length: count }, (_, action) => {
      this.#model.actions[0] = action;
      this.#model.computeLogProbabilities(1);
      return Math.exp(this.#model.logProbabilities[0] ?? -Infinity);
    });
  }

  /** V of the observation in row 0; null without a critic. */
  computeValue(): number | null {
    if (!this.#model.hasCritic) return null;
    this.#model.beginRollout();
    this.#model.recurrence?.followCarried(0, 0);
    this.#model.computePolicy(0, 1);
    this.#model.computeValues(0, 1);
    return this.#model.values[0] ?? null;
  }

  /** Draws the action of the observation in row 0 with numbers of `random`, which advances. */
  draw(random: Random): void {
    this.#random.setState(random.getState());
    this.#model.beginRollout();
    this.#model.act(0, 1);
    random.setState(this.#random.getState());
  }
}
