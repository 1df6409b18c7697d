// Peer of ddpg on one thread: as many steps of one environment between updates as one of our workers makes with all
// its environments, and the same update. Gradients are neither clipped nor inverted, and there is no warm-up, which
// saves the peer some work.
import * as tf from '@tensorflow/tfjs-core';
import { flatSize, Random, type EnvironmentDefinition, type JobSpec } from '../../src/index.ts';
import { createExplorationNoise } from '../../src/worker/algorithms/ddpg/exploration-noise.ts';
import { recordEnvironments, type RecordedEnvironments } from '../../test/fixtures/record-environments.ts';
import type { Rollout } from '../../src/worker/rollout.ts';
import { LayerStack } from './layer-stack.ts';
import { createRollout, readObservations } from './peer-rollout.ts';
import type { Peer } from './peer.ts';
import { TransitionBatches, type TransitionBatch } from './transition-batches.ts';

/** μ(s) and Q(s, a); the critic reads an observation and an action as one row. */
interface ActorAndCritic {
  readonly actor: LayerStack;
  readonly critic: LayerStack;
}

export class DdpgPeer implements Peer {
  readonly variables: readonly tf.Variable[];
  readonly #discount: number;
  readonly #targetFraction: number;
  readonly #learned: ActorAndCritic;
  readonly #target: ActorAndCritic;
  readonly #actorOptimizer: tf.Optimizer;
  readonly #criticOptimizer: tf.Optimizer;
  readonly #environments: RecordedEnvironments;
  readonly #rollout: Rollout;
  readonly #noise;
  readonly #transitions: TransitionBatches;

  constructor(spec: JobSpec, definition: EnvironmentDefinition) {
    const { ddpg, network, optimizer, policy, rolloutLength, environmentsPerWorker, seed } = spec;
    const { actionSpace } = definition;
    if (ddpg?.targetUpdate.type !== 'soft' || policy.type !== 'deterministic' || actionSpace.type !== 'box') {
      throw new RangeError('the tfjs peer of ddpg takes a box of actions and soft updates of its targets');
    }
    if (policy.outputActivation !== 'linear') {
      throw new RangeError('the tfjs peer of ddpg has linear outputs; set policy.outputActivation to linear');
    }
    const random = Random.fromSeed(seed);
    const observationShape = definition.observationSpace.shape;
    const createNetwork = (): ActorAndCritic => {
      const pairSize = flatSize(definition.observationSpace) + flatSize(actionSpace);
      return {
        actor: new LayerStack(observationShape, network.layers, flatSize(actionSpace)),
        critic: new LayerStack([pairSize], network.valueLayers ?? network.layers, 1),
      };
    };
    this.#discount = spec.discount;
    this.#targetFraction = ddpg.targetUpdate.fraction;
    this.#learned = createNetwork();
    this.#target = createNetwork();
    this.variables = listVariables(this.#learned);
    this.#actorOptimizer = tf.train.adam(optimizer.learningRate);
    this.#criticOptimizer = tf.train.adam(optimizer.criticLearningRate ?? optimizer.learningRate);
    this.#rollout = createRollout(rolloutLength * environmentsPerWorker, definition);
    this.#environments = recordEnvironments(definition, this.#rollout, random.split(0));
    this.#noise = createExplorationNoise({
      spec: ddpg.noise,
      actionSpace,
      environments: 1,
      random: random.split(1),
    });
    this.#transitions = new TransitionBatches(ddpg, this.#rollout.shape, random.split(2));
    void this.#environments.recorder.start();
    while (!this.#transitions.isReady) this.#play();
  }

  get meanReward(): number {
    const { rewards } = this.#rollout;
    return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  }

  update(): number {
    this.#play();
    tf.tidy(() => {
      this.#learn(this.#transitions.draw());
      this.#moveTarget();
    });
    return this.#rollout.shape.actedRows;
  }

  #play(): void {
    const rollout = this.#rollout;
    const { actionSize } = rollout.shape;
    rollout.restart();
    for (let step = 0; !rollout.isComplete; step += 1) {
      const offset = step * actionSize;
      this.#noise.next(0, rollout.actions, offset);
      const means = tf.tidy(() => this.#learned.actor.forward(readObservations(rollout, step, 1)).dataSync());
      for (const [index, mean] of means.entries()) {
        rollout.actions[offset + index] = mean + (rollout.actions[offset + index] ?? 0);
      }
      this.#environments.play(step);
    }
    this.#transitions.add(rollout);
  }

  #learn({ observations, actions, rewards, continuations, nextObservations }: TransitionBatch): void {
    const { actor, critic } = this.#learned;
    // y = r + γ·Q′(s′, μ′(s′)), where something follows.
    const valuesNext = evaluate(
      this.#target.critic,
      nextObservations,
      this.#target.actor.forward(nextObservations),
    );
    const targets = tf.add(rewards, tf.mul(this.#discount, tf.mul(continuations, valuesNext)));
    const computeActorLoss = (): tf.Scalar =>
      tf.neg(tf.mean<tf.Scalar>(evaluate(critic, observations, actor.forward(observations))));
    const computeCriticLoss = (): tf.Scalar =>
      tf.mean(tf.squaredDifference(targets, evaluate(critic, observations, actions)));
    this.#actorOptimizer.minimize(computeActorLoss, false, [...actor.variables]);
    this.#criticOptimizer.minimize(computeCriticLoss, false, [...critic.variables]);
  }

  /** θ′ ← θ′ + fraction·(θ − θ′). */
  #moveTarget(): void {
    const learned = listVariables(this.#learned);
    for (const [index, variable] of listVariables(this.#target).entries()) {
      const distance = tf.sub(learned[index] ?? variable, variable);
      variable.assign(tf.add(variable, tf.mul(this.#targetFraction, distance)));
    }
  }
}

function listVariables({ actor, critic }: ActorAndCritic): tf.Variable[] {
  return [...actor.variables, ...critic.variables];
}

/** Q of each row, as a column. */
function evaluate(critic: LayerStack, observations: tf.Tensor, actions: tf.Tensor): tf.Tensor {
  return critic.forward(tf.concat([observations, actions], 1));
}
