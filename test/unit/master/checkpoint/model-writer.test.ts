// Models of a job as they are stored: not each one of a fast job, and always the newest at its end.
import { expect, it, vi } from 'vitest';
import { ModelWriter } from '../../../../src/master/checkpoint/model-writer.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { kernelChoice } from '../../../../src/shared/engines/engine-choice.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { MemoryArtifactStore } from '../../../fixtures/memory-artifact-store.ts';

it('stores the first model at once, then one a second, and the newest at the end', async () => {
  const layout = createParameterLayout(describeNetwork(exampleSpec, cartPoleV1));
  const written: string[] = [];
  const writer = new ModelWriter({
    artifacts: new MemoryArtifactStore(),
    jobId: 'job_of_this_test',
    settings: { spec: exampleSpec },
    definition: cartPoleV1,
    layout,
    engine: kernelChoice,
    onWritten: (model, steps) => written.push(`${model} ${steps}`),
    onFailure: (error) => {
      throw error;
    },
  });
  const write = (steps: number): void => {
    const evaluation = { mean: 1, standardDeviation: 0, min: 1, max: 1, episodes: 1, steps };
    for (const model of ['best', 'latest'] as const)
      writer.write(model, { parameters: new Float32Array(layout.size), evaluation, updates: 1 });
  };
  write(1);
  await vi.waitFor(() => expect(written).toHaveLength(2));
  for (const steps of [2, 3, 4]) write(steps);
  // Nothing asks for these two: they come when their time has come.
  await vi.waitFor(() => expect(written).toHaveLength(4), { timeout: 10_000 });
  for (const steps of [5, 6]) write(steps);
  await writer.finish();
  expect(written).toEqual(['best 1', 'latest 1', 'best 4', 'latest 4', 'best 6', 'latest 6']);
  write(7);
  await writer.finish();
  expect(written).toHaveLength(8);
});
