// Models of a job as they are stored: not each one of a fast job, and always the newest at its end.
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ModelWriter } from '../../../../src/master/checkpoint/model-writer.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { kernelChoice } from '../../../../src/shared/engines/engine-choice.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';

it('stores the first model at once, then one a second, and the newest at the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const layout = createParameterLayout(describeNetwork(exampleSpec, cartPoleV1));
  const written: string[] = [];
  const writer = new ModelWriter({
    artifacts: { write: async () => await Promise.resolve() },
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
  const advance = async (ms: number): Promise<void> => {
    await vi.advanceTimersByTimeAsync(ms);
    await setImmediate();
  };
  write(1);
  await advance(0);
  expect(written).toEqual(['best 1', 'latest 1']);
  for (const steps of [2, 3]) {
    write(steps);
    await advance(490);
  }
  expect(written).toHaveLength(2);
  write(4);
  // Nothing asks for these two: they come when their time has come.
  await advance(30);
  expect(written.slice(2).toSorted()).toEqual(['best 4', 'latest 4']);
  for (const steps of [5, 6]) write(steps);
  // No time passes any more: the end waits for none.
  await writer.finish();
  expect(written.slice(4).toSorted()).toEqual(['best 6', 'latest 6']);
  write(7);
  await writer.finish();
  expect(written).toHaveLength(8);
});
