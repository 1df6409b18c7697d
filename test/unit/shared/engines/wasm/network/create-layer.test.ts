// Gradients of every layer type against finite differences of the loss.
import { describe, expect, it } from 'vitest';
import type { ActorCriticModel } from '../../../../../../src/shared/engines/actor-critic-model.ts';
import { compileKernels } from '../../../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../../../src/shared/engines/wasm/wasm-engine.ts';
import { Random } from '../../../../../../src/shared/random/random.ts';
import { createBoxSpace } from '../../../../../../src/shared/spaces/space.ts';
import {
  createLayersBelow,
  createTrunk,
  layerExamples,
  type LayerExample,
} from '../../../../../fixtures/layer-examples.ts';
import { measureRelativeError } from '../../../../../fixtures/measure-error.ts';
import { drawParameters } from '../../../../../fixtures/random-rollout.ts';

const rows = 4;
const policyOutputs = 2;
const loss = { type: 'advantage', valueCoefficient: 0.5, entropyCoefficient: 0.1 } as const;
const noLimits = { maxNorm: null, maxValue: null };

/** A model whose rows are the steps of an episode, with everything that its loss reads. */
function createModel(example: LayerExample): ActorCriticModel {
  const random = Random.fromSeed(11);
  const model = WasmEngine.open(compileKernels()).createActorCritic({
    shape: {
      network: createTrunk(example, createLayersBelow(example)),
      observationShape: example.inputShape,
      policyOutputs,
    },
    policy: { type: 'categorical' },
    spaces: {
      observationSpace: createBoxSpace(example.inputShape, -10, 10),
      actionSpace: { type: 'discrete', n: policyOutputs },
    },
    hasActionMask: false,
    observationSize: example.inputShape.reduce((product, extent) => product * extent, 1),
    capacity: rows,
    lossRows: rows,
    environments: 1,
    random,
  });
  drawParameters(random, model.parameters);
  random.fillNormal(model.observations);
  random.fillNormal(model.advantages);
  random.fillNormal(model.returns);
  for (let row = 0; row < rows; row += 1) {
    model.actions[row] = random.nextInteger(policyOutputs);
    model.recurrence?.follow(row, row === 0 ? null : row - 1);
  }
  return model;
}

function computeLoss(model: ActorCriticModel): number {
  model.refresh();
  model.computePolicy(0, rows);
  model.computeValues(0, rows);
  model.computeLogProbabilities(rows);
  const { policyLoss, valueLoss, entropy } = model.differentiate(rows, loss, noLimits);
  return policyLoss + loss.valueCoefficient * valueLoss - loss.entropyCoefficient * entropy;
}

/** ∂L/∂parameter, one by one. */
function differentiateNumerically(model: ActorCriticModel): number[] {
  const step = 2 ** -7;
  return Array.from(model.parameters, (parameter, index) => {
    const [above, below] = [step, -step].map((change) => {
      model.parameters[index] = parameter + change;
      return computeLoss(model);
    });
    model.parameters[index] = parameter;
    return ((above ?? Number.NaN) - (below ?? Number.NaN)) / (2 * step);
  });
}

describe.each(layerExamples)('$name', (example) => {
  it('has the gradient of the loss, by its parameters and by those below', () => {
    const model = createModel(example);
    computeLoss(model);
    const gradient = [...model.gradient];
    expect(measureRelativeError(gradient, differentiateNumerically(model))).toBeLessThan(2e-3);
  });
});
