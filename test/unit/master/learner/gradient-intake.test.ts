// Gradients as they arrive: applied at once, or held until the round of all workers is complete.
import { describe, expect, it } from 'vitest';
import { GradientIntake } from '../../../../src/master/learner/gradient-intake.ts';
import { Learner } from '../../../../src/master/learner/learner.ts';
import { TrainingStatistics } from '../../../../src/master/learner/training-statistics.ts';
import { createParameterLayout } from '../../../../src/shared/parameters/parameter-layout.ts';
import {
  gradientBufferBytes,
  viewGradient,
  writeGradientHeader,
} from '../../../../src/shared/protocol/gradient-buffer.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { kernelKinds } from '../../../fixtures/recorded-rollout.ts';

const layout = createParameterLayout({
  network: { shared: false, layers: [], initialization: 'orthogonal' },
  observationShape: [2],
  policyOutputs: 2,
});
const shape = { parameters: layout.trainableSize, episodes: 1, moments: 0 };

function createIntake(algorithm: 'a3c' | 'a2c') {
  const returned: number[] = [];
  const learner = new Learner({
    spec: exampleSpec,
    layout,
    initialParameters: new Float32Array(layout.size),
    bindKernels: kernelKinds.webAssembly,
  });
  const intake = new GradientIntake({
    algorithm,
    workers: 2,
    shape,
    learner,
    statistics: new TrainingStatistics(exampleSpec, 0),
    returnBuffer: (workerIndex) => returned.push(workerIndex),
    onEpisode: () => undefined,
  });
  const send = (workerIndex: number): boolean => {
    const buffer = new ArrayBuffer(gradientBufferBytes(shape));
    const losses = { policyLoss: 0, valueLoss: 0, entropy: 0, gradientNorm: 1 };
    const policy = { policyMean: 0, policyStandardDeviation: 1 };
    writeGradientHeader(buffer, { parameterVersion: 0, steps: 10, episodes: 0, ...losses, ...policy });
    viewGradient(buffer, shape).fill(1);
    return intake.receive(workerIndex, buffer);
  };
  return { intake, learner, returned, send };
}

describe('a3c', () => {
  it('applies each gradient and gives its buffer back at once', () => {
    const { learner, returned, send } = createIntake('a3c');
    expect(send(1)).toBe(true);
    expect(learner.version).toBe(1);
    expect(returned).toEqual([1]);
  });
});

describe('a2c', () => {
  it('applies one update when all workers have sent, and gives buffers back in their order', () => {
    const { learner, returned, send } = createIntake('a2c');
    expect(send(1)).toBe(false);
    expect(learner.version).toBe(0);
    expect(returned).toEqual([]);
    expect(send(0)).toBe(true);
    expect(learner.version).toBe(1);
    expect(returned).toEqual([0, 1]);
  });

  it('waits for the successor of a worker that was replaced and returns no buffer of the dead one', () => {
    const { intake, learner, returned, send } = createIntake('a2c');
    send(0);
    intake.forget(0);
    expect(send(1)).toBe(false);
    expect(learner.version).toBe(0);
    expect(send(0)).toBe(true);
    expect(learner.version).toBe(1);
    expect(returned).toEqual([0, 1]);
  });
});
