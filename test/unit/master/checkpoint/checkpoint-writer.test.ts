import { compileKernels } from '../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import { expect, it } from 'vitest';
import { readCheckpoint, type Checkpoint } from '../../../../src/master/checkpoint/checkpoint.ts';
import { CheckpointWriter } from '../../../../src/master/checkpoint/checkpoint-writer.ts';
import { Learner } from '../../../../src/master/learner/learner.ts';
import { TrainingStatistics } from '../../../../src/master/learner/training-statistics.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { MemoryArtifactStore } from '../../../fixtures/memory-artifact-store.ts';

const layout = createParameterLayout({
  network: { shared: true, layers: [], initialization: 'orthogonal' },
  observationShape: [2],
  policyOutputs: 2,
});
const spec = { ...exampleSpec, workers: 1 };

function createCheckpoint(steps: number): Checkpoint {
  const learner = new Learner({
    settings: { spec },
    layout,
    initialParameters: new Float32Array(layout.size),
    engine: WasmEngine.open(compileKernels()),
  });
  return {
    formatVersion: 1,
    learner: learner.getState(),
    statistics: { ...new TrainingStatistics({ spec }, 0).getState(0), steps },
    evaluator: { nextAtSteps: 1, count: 0, best: null, pending: [] },
    workers: [null],
  };
}

it('writes the newest of those that came while another was being written', async () => {
  const artifacts = new MemoryArtifactStore();
  const jobId = 'job_of_this_test';
  const written: number[] = [];
  const failures: Error[] = [];
  const writer = new CheckpointWriter({
    artifacts,
    jobId,
    keep: 2,
    onWritten: (steps) => {
      written.push(steps);
      // One that comes as another has just been written.
      if (steps === 3) writer.write(createCheckpoint(4));
    },
    onFailure: (error) => failures.push(error),
  });
  for (const steps of [1, 2, 3]) writer.write(createCheckpoint(steps));
  await writer.finish();
  expect(written).toEqual([1, 3, 4]);
  expect(failures).toEqual([]);
  expect((await readCheckpoint(artifacts, { jobId, spec, layout }))?.statistics.steps).toBe(4);
  writer.write(createCheckpoint(5));
  await writer.finish();
  expect(written).toEqual([1, 3, 4, 5]);
});
