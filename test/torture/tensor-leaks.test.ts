// Memory of the engine on TensorFlow.js over many updates: tensors that are not released would fill it in hours.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { describeNetwork } from '../../src/shared/algorithms/describe-network.ts';
import { openEngine } from '../../src/shared/engines/open-engine.ts';
import { compileKernels } from '../../src/shared/engines/wasm/compile-kernels.ts';
import { cartPoleV1 } from '../../src/shared/environments/cart-pole.ts';
import { resolveJobSpec } from '../../src/shared/job/resolve-job-spec.ts';
import { initializeParameters } from '../../src/shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../../src/shared/network/parameter-layout.ts';
import { Random } from '../../src/shared/random/random.ts';
import { createAlgorithm } from '../../src/worker/algorithms/create-algorithm.ts';
import { createTfjsChoice, fastBackends } from '../fixtures/engine-kinds.ts';
import { recordEnvironments } from '../fixtures/record-environments.ts';
import { beginning } from '../fixtures/training-start.ts';

setFlagsFromString('--expose-gc');
/** Without garbage, memory is what is still in use. */
const collect: unknown = runInNewContext('gc');

function collectGarbage(): void {
  if (typeof collect !== 'function') throw new TypeError('garbage cannot be collected on demand');
  Reflect.apply(collect, undefined, []);
}

function measureBytes(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}

const updates = 100_000;
/** Updates after which caches have their size. */
const settled = 10_000;
const allowedGrowthBytes = 32 * 2 ** 20;

it.each(fastBackends)(
  `${updates} updates on %s leave as many tensors and as much memory as the first`,
  { timeout: 3_600_000 },
  async (backend) => {
    const request = {
      environment: cartPoleV1.id,
      engine: 'tfjs',
      rolloutLength: 2,
      environmentsPerWorker: 2,
      network: { shared: true, layers: [{ type: 'dense', units: 8, activation: 'tanh' }] },
    } as const;
    const spec = resolveJobSpec(
      { ...request, network: { ...request.network, layers: [...request.network.layers] } },
      cartPoleV1,
      () => 1,
    );
    const network = describeNetwork(spec, cartPoleV1);
    const engine = await openEngine(createTfjsChoice(backend), { kernels: compileKernels(), network });
    const algorithm = createAlgorithm({
      spec,
      definition: cartPoleV1,
      network,
      random: Random.fromSeed(1),
      engine,
    });
    algorithm.parameters.set(
      initializeParameters(createParameterLayout(network), 'orthogonal', Random.fromSeed(2)),
    );
    const environments = recordEnvironments(cartPoleV1, algorithm.rollout, Random.fromSeed(3));
    await environments.recorder.start();
    const tensors = new Set<number>();
    let settledBytes = 0;
    for (let update = 0; update < updates; update += 1) {
      algorithm.beginRollout(true, beginning(spec));
      for (let step = 0; !algorithm.rollout.isComplete; step += 1) {
        algorithm.chooseActions(step);
        environments.play(step);
      }
      await algorithm.learn({ approximateKl: Number.NaN, receive: () => true, send: () => true });
      algorithm.rollout.restart();
      tensors.add(tf.memory().numTensors);
      if (update === settled) settledBytes = measureBytes();
      // Garbage collection needs a turn of the event loop now and then.
      if (update % 1000 === 0) await new Promise(setImmediate);
      if (update % settled === 0) collectGarbage();
    }
    expect([...tensors]).toHaveLength(1);
    expect(measureBytes() - settledBytes).toBeLessThan(allowedGrowthBytes);
    engine.close();
  },
);
