// Normalized pictures: what a training makes of their brightness, from the rollouts of its threads to its parameters.
import { expect, it } from 'vitest';
import { catchBall } from '../../../src/shared/environments/catch.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import {
  createParameterLayout,
  findTensor,
  normalizationNames,
} from '../../../src/shared/network/parameter-layout.ts';
import type { JobSpec } from '../../../src/shared/job/job-spec.ts';
import { train } from '../../../src/index.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';

it('a training gives all cells of a picture the mean and the variance of all', async () => {
  const spec: JobSpec = {
    ...exampleSpec,
    environment: 'Catch-v0',
    algorithm: 'a2c',
    normalizeObservations: true,
    network: { ...exampleSpec.network, layers: [{ type: 'flatten' }] },
    stop: { ...exampleSpec.stop, maxSteps: 4_000 },
  };
  const { finalParameters } = await train(spec);
  const layout = createParameterLayout(describeNetwork(spec, catchBall));
  const read = (name: string): Set<number> => {
    const { offset = 0, size = 0 } = findTensor(layout, name) ?? {};
    return new Set(finalParameters.subarray(offset, offset + size));
  };
  // Two of a hundred cells are bright: where the ball is, and where the paddle is.
  const [mean = 0, ...otherMeans] = read(normalizationNames.observationMean);
  expect(mean).toBeCloseTo(0.02, 6);
  const [variance = 0, ...otherVariances] = read(normalizationNames.observationVariance);
  expect(variance).toBeCloseTo(mean * (1 - mean), 5);
  expect([...otherMeans, ...otherVariances]).toEqual([]);
});
