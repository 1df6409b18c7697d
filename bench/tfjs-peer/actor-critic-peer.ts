// Peer of a3c on one thread: rollouts of one environment, then one step of Adam. Gradients are not clipped, which
// saves the peer some work.
import * as tf from '@tensorflow/tfjs-core';
import { Random, type EnvironmentDefinition, type JobSpec } from '../../src/index.ts';
import { CONTINUES, estimateAdvantages, TRUNCATED } from '../../src/shared/returns/generalized-advantage.ts';
import { recordEnvironments, type RecordedEnvironments } from '../../test/fixtures/record-environments.ts';
import type { Rollout } from '../../src/worker/rollout.ts';
import { createActorCriticStacks, type ActorCriticStacks } from './layer-stack.ts';
import { createPolicyHead, type PolicyHead } from './policy-heads.ts';
import { createRollout, readObservations } from './peer-rollout.ts';
import type { Peer } from './peer.ts';

export class ActorCriticPeer implements Peer {
  readonly variables: tf.Variable[];
  readonly #spec: JobSpec;
  readonly #head: PolicyHead;
  readonly #stacks: ActorCriticStacks;
  readonly #optimizer: tf.Optimizer;
  readonly #environments: RecordedEnvironments;
  readonly #rollout: Rollout;
  readonly #random: Random;
  /** Which steps of the rollout begin an episode. */
  readonly #starts: boolean[];
  readonly #values: Float32Array;
  readonly #advantages: Float32Array;
  readonly #returns: Float32Array;

  constructor(spec: JobSpec, definition: EnvironmentDefinition) {
    const { rolloutLength, network, policy, optimizer, seed } = spec;
    const random = Random.fromSeed(seed);
    this.#spec = spec;
    this.#head = createPolicyHead(policy, definition);
    this.#stacks = createActorCriticStacks(network, definition.observationSpace.shape, this.#head.outputs);
    const { trunk, policy: policyTower, value } = this.#stacks;
    this.variables = [trunk, policyTower, value, this.#head].flatMap(({ variables }) => variables);
    this.#optimizer = tf.train.adam(optimizer.learningRate);
    this.#rollout = createRollout(rolloutLength, definition);
    this.#environments = recordEnvironments(definition, this.#rollout, random.split(0));
    this.#random = random.split(1);
    this.#starts = [true];
    this.#values = new Float32Array(this.#rollout.shape.capacity);
    this.#advantages = new Float32Array(rolloutLength);
    this.#returns = new Float32Array(rolloutLength);
    void this.#environments.recorder.start();
  }

  get meanReward(): number {
    const { rewards } = this.#rollout;
    return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  }

  update(): number {
    const { trunk } = this.#stacks;
    const rollout = this.#rollout;
    trunk.mark();
    for (let step = 0; !rollout.isComplete; step += 1) this.#play(step);
    const { actedRows } = rollout;
    const end = rollout.ends[actedRows - 1];
    if (end === CONTINUES) this.#estimateValue(actedRows);
    // The rollout is computed once more for its gradient; its end is where the next one goes on.
    trunk.rewind();
    tf.tidy(() => {
      this.#optimizer.minimize(() => this.#computeLoss(), false, this.variables);
    });
    rollout.restart();
    this.#starts[0] = end !== CONTINUES;
    return actedRows;
  }

  #play(step: number): void {
    const rollout = this.#rollout;
    const { actionSize } = rollout.shape;
    tf.tidy(() => {
      const { trunk, policy } = this.#stacks;
      const starts = [this.#starts[step] ?? false];
      const outputs = policy.forward(trunk.forward(readObservations(rollout, step, 1), starts), starts);
      const action = rollout.actions.subarray(step * actionSize, (step + 1) * actionSize);
      this.#head.sample(outputs, this.#random, action);
    });
    this.#environments.play(step);
    const end = rollout.ends[step];
    if (end === TRUNCATED) this.#estimateValue(rollout.finalRows[step] ?? 0);
    if (!rollout.isComplete) this.#starts[step + 1] = end !== CONTINUES;
  }

  /** V of what follows the steps so far. */
  #estimateValue(row: number): void {
    tf.tidy(() => {
      const { trunk, value } = this.#stacks;
      const rows = trunk.forward(readObservations(this.#rollout, row, 1), [false]);
      this.#values.set(value.forward(rows, [false]).dataSync(), row);
    });
  }

  /** L = mean(−log π(aₜ|sₜ)·Aₜ) + valueCoefficient·mean((Rₜ − V(sₜ))²) − entropyCoefficient·mean(H(π(·|sₜ))). */
  #computeLoss(): tf.Scalar {
    const { valueCoefficient, entropyCoefficient } = this.#spec;
    const { trunk, policy, value } = this.#stacks;
    const { actedRows, actions, shape } = this.#rollout;
    const rows = trunk.forward(readObservations(this.#rollout, 0, actedRows), this.#starts);
    const outputs = policy.forward(rows, this.#starts);
    const values = tf.reshape(value.forward(rows, this.#starts), [actedRows]);
    // Read as numbers, they are constants to the gradient.
    this.#values.set(values.dataSync());
    this.#estimateAdvantages();
    const taken = actions.subarray(0, actedRows * shape.actionSize);
    const { logProbabilities, entropy } = this.#head.evaluate(outputs, taken);
    const policyLoss = tf.neg(tf.mean(tf.mul(logProbabilities, tf.tensor1d(this.#advantages))));
    const valueLoss = tf.mean(tf.squaredDifference(tf.tensor1d(this.#returns), values));
    return tf.add<tf.Scalar>(
      tf.add(policyLoss, tf.mul(valueCoefficient, valueLoss)),
      tf.mul(-entropyCoefficient, entropy),
    );
  }

  #estimateAdvantages(): void {
    const { shape, rewards, ends, finalRows } = this.#rollout;
    const { steps, environments } = shape;
    estimateAdvantages({ steps, environments, rewards, ends, finalRows, values: this.#values }, this.#spec, {
      advantages: this.#advantages,
      returns: this.#returns,
    });
  }
}
