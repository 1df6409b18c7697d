// Minibatches: rows of a rollout in random order, copied into the model that learns from them. The rows of a recurrent
// network stay in sequence, so its minibatches are whole environments.
import type { ActorCriticModel } from '../../../shared/engines/actor-critic-model.ts';
import type { Random } from '../../../shared/random/random.ts';
import { CONTINUES } from '../../../shared/returns/generalized-advantage.ts';
import type { Rollout } from '../../rollout.ts';
import type { AlgorithmOptions } from '../algorithm.ts';
import type { OnPolicyExperience } from '../on-policy-experience.ts';

/** Copies rows of `size` numbers from the source to the target. */
interface RowCopy {
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly size: number;
}

export interface Minibatches {
  /** Number of minibatches in an epoch. */
  readonly count: number;
  /** The model that learns from a minibatch. */
  readonly model: ActorCriticModel;
  /** Draws a new order; call it before each epoch. */
  shuffle(): void;
  /** Copies minibatch `index` into the model; returns the number of its rows. */
  gather(index: number): number;
}

/**
 * Creates the minibatches. Their number must divide the rows of a rollout, or the environments for a recurrent network.
 */
export function createMinibatches(
  { spec, definition, network, random, engine }: AlgorithmOptions,
  { model: acting, rollout }: OnPolicyExperience,
  shuffleRandom: Random,
): Minibatches {
  const count = spec.ppo?.minibatches ?? 1;
  const { environments, observationSize, actedRows } = rollout.shape;
  const rows = actedRows / count;
  const isRecurrent = acting.recurrence !== null;
  const model = engine.createActorCritic({
    shape: network,
    policy: spec.policy,
    spaces: definition,
    hasActionMask: definition.hasActionMask,
    observationSize,
    capacity: rows,
    lossRows: rows,
    environments: isRecurrent ? environments / count : 1,
    random,
  });
  const copies = listCopies(acting, model, observationSize);
  const order = new Int32Array(isRecurrent ? environments : actedRows);
  const copy = (from: number, to: number): void => {
    for (let index = 0; index < copies.length; index += 1) copyRow(copies[index]!, from, to);
  };
  const gatherEnvironments = createEnvironmentGathering({ acting, model, rollout, order, count, copy });
  return {
    count,
    model,
    shuffle() {
      shuffle(order, shuffleRandom);
    },
    gather(index) {
      if (isRecurrent) gatherEnvironments(index);
      else for (let row = 0; row < rows; row += 1) copy(order[index * rows + row]!, row);
      return rows;
    },
  };
}

/** Lists what a minibatch needs of each row. */
function listCopies(acting: ActorCriticModel, model: ActorCriticModel, observationSize: number): RowCopy[] {
  return [
    { source: acting.observations, target: model.observations, size: observationSize },
    { source: acting.actions, target: model.actions, size: acting.actionSize },
    { source: acting.advantages, target: model.advantages, size: 1 },
    { source: acting.returns, target: model.returns, size: 1 },
    { source: acting.logProbabilities, target: model.oldLogProbabilities, size: 1 },
    { source: acting.values, target: model.oldValues, size: 1 },
    ...(acting.mask && model.mask
      ? [{ source: acting.mask, target: model.mask, size: acting.maskSize }]
      : []),
  ];
}

function copyRow({ source, target, size }: RowCopy, from: number, to: number): void {
  for (let index = 0; index < size; index += 1) target[to * size + index] = source[from * size + index]!;
}

/** Draws a uniformly distributed permutation (Fisher & Yates) that depends only on the random numbers. */
function shuffle(order: Int32Array, random: Random): void {
  for (let index = 0; index < order.length; index += 1) order[index] = index;
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.nextInteger(last + 1);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
}

interface GatheringOptions {
  readonly acting: ActorCriticModel;
  readonly model: ActorCriticModel;
  readonly rollout: Rollout;
  readonly order: Int32Array;
  readonly count: number;
  readonly copy: (from: number, to: number) => void;
}

/**
 * Copies all steps of some environments, which start from the states that the acting model carried into the rollout.
 */
function createEnvironmentGathering({ acting, model, rollout, order, count, copy }: GatheringOptions) {
  const { environments, steps } = rollout.shape;
  const width = environments / count;
  const carried = new Float32Array(acting.recurrence?.carriedSize ?? 0);
  return (index: number): void => {
    for (let column = 0; column < width; column += 1) {
      const environment = order[index * width + column]!;
      acting.recurrence?.readCarried(environment, carried);
      model.recurrence?.writeCarried(column, carried);
      for (let step = 0; step < steps; step += 1) {
        const from = step * environments + environment;
        const row = step * width + column;
        copy(from, row);
        if (step === 0) model.recurrence?.followCarried(row, column);
        else
          model.recurrence?.follow(row, rollout.ends[from - environments] === CONTINUES ? row - width : null);
      }
    }
  };
}
