// Random baseline: uniformly random allowed actions and no learning.
import { createEmptyMetrics } from '../../../shared/measures/measures.ts';
import { takeNumbers, type ModelState } from '../../../shared/engines/model-state.ts';
import type { EnvironmentDefinition } from '../../../shared/environments/environment.ts';
import { countMaskElements, listChoices } from '../../../shared/spaces/space.ts';
import { createParameterLayout } from '../../../shared/network/parameter-layout.ts';
import type { Random } from '../../../shared/random/random.ts';
import { planRollout, Rollout } from '../../rollout.ts';
import type { Algorithm, AlgorithmOptions } from '../algorithm.ts';
import type { GradientExchange } from '../gradient-exchange.ts';

export class RandomBaseline implements Algorithm {
  readonly rollout: Rollout;
  /** Unused: random actions need no network. */
  readonly parameters: Float32Array;
  readonly gradient = new Float32Array(0);
  readonly coverage = 'nothing';
  readonly moments = new Float64Array(0);
  readonly #definition: EnvironmentDefinition;
  readonly #random: Random;
  readonly #metrics = createEmptyMetrics();

  constructor({ spec, definition, network, random }: AlgorithmOptions) {
    const shape = planRollout(spec, definition);
    const { actionSpace, hasActionMask } = definition;
    const maskSize = hasActionMask ? countMaskElements(actionSpace) : 0;
    this.#definition = definition;
    this.#random = random;
    this.parameters = new Float32Array(createParameterLayout(network).size);
    this.rollout = new Rollout(shape, {
      observations: new Float32Array(shape.capacity * shape.observationSize),
      actions: new Float32Array(shape.capacity * shape.actionSize),
      mask: maskSize > 0 ? new Float32Array(shape.capacity * maskSize) : null,
    });
  }

  beginRollout(): void {
    // Random actions do not depend on parameters.
  }

  chooseActions(step: number): void {
    const { environments } = this.rollout.shape;
    for (let row = step * environments; row < (step + 1) * environments; row += 1) this.#chooseAction(row);
  }

  learn(exchange: GradientExchange): boolean | Promise<boolean> {
    return exchange.send(this.#metrics);
  }

  getState(): ModelState {
    return { random: this.#random.getState() };
  }

  setState(state: ModelState): void {
    this.#random.setState(takeNumbers(state, 'random'));
  }

  #chooseAction(row: number): void {
    const { actionSpace } = this.#definition;
    const { actions, mask, maskSize } = this.rollout;
    if (actionSpace.type === 'box') {
      actionSpace.low.forEach((low, index) => {
        const high = actionSpace.high[index] ?? low;
        actions[row * actionSpace.low.length + index] = this.#random.nextUniform(
          Math.max(low, -1e3),
          Math.min(high, 1e3),
        );
      });
      return;
    }
    let offset = row * maskSize;
    for (const [choice, count] of listChoices(actionSpace).entries()) {
      // Drawing again until the action is allowed keeps the choice uniform over the allowed actions.
      let action = this.#random.nextInteger(count);
      while (mask?.[offset + action] === 0) action = this.#random.nextInteger(count);
      actions[row * this.rollout.shape.actionSize + choice] = action;
      offset += count;
    }
  }
}
