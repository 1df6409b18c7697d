import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { compileKernels } from '../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import { describe, expect, it } from 'vitest';
import { evaluatePolicy } from '../../../../src/master/evaluation/evaluate-policy.ts';
import { summarizeReturns } from '../../../../src/shared/job/summarize-returns.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import type {
  EnvironmentDefinition,
  SynchronousEnvironment,
} from '../../../../src/shared/environments/environment.ts';
import { identity, maskedIdentity } from '../../../../src/shared/environments/identity.ts';
import { initializeParameters } from '../../../../src/shared/network/initialize-parameters.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const network: NetworkSpec = { shared: false, layers: [], initialization: 'orthogonal' };
const policy = { type: 'categorical' } as const;

/** A linear policy's parameters whose logits are `weight` times the observation. */
function weighObservation(size: number, weight: number): Float32Array {
  const layout = createParameterLayout({ network, observationShape: [size], policyOutputs: size });
  const parameters = new Float32Array(layout.size);
  for (let index = 0; index < size; index += 1) parameters[index * size + index] = weight;
  return parameters;
}

interface Evaluation {
  readonly definition: EnvironmentDefinition;
  readonly parameters: Float32Array;
  readonly seed: number;
  readonly episodes?: number;
}

function evaluate({ definition, parameters, seed, episodes = 12 }: Evaluation) {
  return evaluatePolicy({
    definition,
    parameters,
    network: describeNetwork({ ...exampleSpec, network, policy }, definition),
    policy,
    engine: WasmEngine.open(compileKernels()),
    episodes,
    randomState: Random.fromSeed(seed).getState(),
  });
}

describe('a greedy evaluation', () => {
  const layout = createParameterLayout({ network, observationShape: [4], policyOutputs: 2 });
  const parameters = initializeParameters(layout, 'orthogonal', Random.fromSeed(3));

  it('is the same for the same seed and another for another', async () => {
    const outcome = await evaluate({ definition: cartPoleV1, parameters, seed: 1 });
    expect(await evaluate({ definition: cartPoleV1, parameters, seed: 1 })).toEqual(outcome);
    expect(await evaluate({ definition: cartPoleV1, parameters, seed: 2 })).not.toEqual(outcome);
  });

  it('leaves the state it was given as it is', async () => {
    const randomState = Random.fromSeed(1).getState();
    const before = [...randomState];
    await evaluatePolicy({
      definition: cartPoleV1,
      parameters,
      network: describeNetwork({ ...exampleSpec, network, policy }, cartPoleV1),
      policy,
      engine: WasmEngine.open(compileKernels()),
      episodes: 2,
      randomState,
    });
    expect(randomState).toEqual(before);
  });

  it('plays each episode by itself', async () => {
    const { returns, lengths } = await evaluate({ definition: cartPoleV1, parameters, seed: 1 });
    expect(new Set(lengths).size).toBeGreaterThan(2);
    expect(returns).toEqual(lengths);
  });

  it('draws the same numbers for an episode however many are played beside it', async () => {
    // Half of the numbers are known, so that the return tells which ones were shown.
    const half = weighObservation(4, 1);
    half.fill(0, 8, 16);
    const all = await evaluate({ definition: identity, parameters: half, seed: 1 });
    const few = await evaluate({ definition: identity, parameters: half, seed: 1, episodes: 3 });
    expect(few.returns).toEqual(all.returns.slice(0, 3));
    expect(new Set(all.returns).size).toBeGreaterThan(2);
  });

  it('plays the same episodes one after the other where there are few worlds', async () => {
    let open = 0;
    let most = 0;
    const scarce: EnvironmentDefinition = {
      ...cartPoleV1,
      hasFewWorlds: true,
      create: () => {
        open += 1;
        most = Math.max(most, open);
        return Object.assign(cartPoleV1.create(), {
          close: () => {
            open -= 1;
          },
        });
      },
    };
    const outcome = await evaluate({ definition: scarce, parameters, seed: 1, episodes: 4 });
    expect(outcome).toEqual(await evaluate({ definition: cartPoleV1, parameters, seed: 1, episodes: 4 }));
    expect([open, most]).toEqual([0, 1]);
  });

  it('repeats an episode whose world is lost', async () => {
    /** Ends after three steps; the world is lost in the second step of the first episode. */
    class Losing implements SynchronousEnvironment {
      terminated = false;
      truncated = false;
      interrupted = false;
      #episodes = 0;
      #steps = 0;

      reset(): void {
        this.#episodes += 1;
        this.#steps = 0;
        this.terminated = false;
        this.truncated = false;
        this.interrupted = false;
      }

      step(): number {
        this.#steps += 1;
        this.interrupted = this.#episodes === 1 && this.#steps === 2;
        this.truncated = this.interrupted;
        this.terminated = this.#steps === 3;
        return this.interrupted ? 0 : 1;
      }

      observe(target: Float32Array, offset: number): void {
        target.fill(0, offset, offset + 4);
      }
    }
    const definition = { ...cartPoleV1, truncatesItself: true, create: () => new Losing() };
    const { returns, lengths } = await evaluate({ definition, parameters, seed: 1, episodes: 2 });
    expect([returns, lengths]).toEqual([
      [3, 3],
      [3, 3],
    ]);
  });

  it('takes the most probable action, however close the others are', async () => {
    const outcome = await evaluate({ definition: identity, parameters: weighObservation(4, 1e-3), seed: 1 });
    expect(outcome.returns).toEqual(Array<number>(12).fill(20));
    expect(outcome.lengths).toEqual(Array<number>(12).fill(20));
  });

  it('never takes a forbidden action', async () => {
    // The worst policy there is likes every action but the right one; forbidden ones would cost 1 each.
    const { returns } = await evaluate({
      definition: maskedIdentity,
      parameters: weighObservation(6, -1),
      seed: 1,
    });
    expect(returns).toEqual(Array<number>(12).fill(0));
  });
});

describe('the summary of returns', () => {
  it('has their mean, spread and extremes', () => {
    expect(summarizeReturns([2, 4, 4, 4, 5, 5, 7, 9], 640)).toEqual({
      mean: 5,
      standardDeviation: 2,
      min: 2,
      max: 9,
      episodes: 8,
      steps: 640,
    });
  });
});
