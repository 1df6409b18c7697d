import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import runEvaluation from '../../../../src/master/evaluation/evaluation-task.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { startBackend } from '../../../../src/shared/engines/tfjs/start-backend.ts';
import { compileKernels } from '../../../../src/shared/engines/wasm/compile-kernels.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { ControlBlock } from '../../../../src/shared/transport/control-block.ts';

it('an evaluation on TensorFlow.js leaves no tensors in its thread, which later evaluations use too', async () => {
  await startBackend('cpu');
  const spec = resolveJobSpec({ environment: cartPoleV1.id, engine: 'tfjs' }, cartPoleV1, () => 1);
  const network = describeNetwork(spec, cartPoleV1);
  const before = tf.memory().numTensors;
  const outcome = await runEvaluation({
    environment: cartPoleV1.id,
    environmentOrigin: null,
    wrappers: spec.wrappers,
    timeoutSeconds: 60,
    network,
    policy: spec.policy,
    parameters: new Float32Array(createParameterLayout(network).size),
    engine: { name: 'tfjs', backend: 'cpu', reason: null },
    episodes: 2,
    randomState: Random.fromSeed(1).getState(),
    kernels: compileKernels(),
    slot: 0,
    control: new ControlBlock(1).memory,
  });
  expect(outcome).toMatchObject({
    error: null,
    result: { returns: [expect.any(Number), expect.any(Number)] },
  });
  expect(tf.memory().numTensors).toBe(before);
});
