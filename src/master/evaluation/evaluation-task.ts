// Entry of an evaluation on a thread of the pool.
import { WasmEngine } from '../../shared/engines/wasm/wasm-engine.ts';
import { openEnvironment } from '../../shared/environment-modules/open-environment.ts';
import type { WrappersSpec } from '../../shared/environments/wrappers/wrappers-spec.ts';
import { createErrorRecord } from '../../shared/errors/error-record.ts';
import type { TaskOutcome, WatchedSlot } from '../../shared/protocol/worker-task.ts';
import { ControlBlock } from '../../shared/transport/control-block.ts';
import { evaluatePolicy, type EvaluationOptions } from './evaluate-policy.ts';

/** An evaluation: plain data, so that it can be sent anywhere. */
export interface EvaluationAssignment extends Omit<EvaluationOptions, 'definition' | 'engine'> {
  readonly environment: string;
  /** Where a custom environment is imported from; null for a built-in one. */
  readonly environmentModule: string | null;
  readonly wrappers: WrappersSpec;
}

/** An evaluation for a thread, with what it shares with its master's process. */
export interface EvaluationTask extends EvaluationAssignment, WatchedSlot {
  /** Compiled kernels. */
  readonly kernels: WebAssembly.Module;
}

/** Piscina calls the default export with the task. */
export default async function runEvaluation(task: EvaluationTask): Promise<TaskOutcome> {
  const { environment, environmentModule: moduleUrl, wrappers, slot, control, kernels, ...options } = task;
  const block = new ControlBlock(slot, control);
  block.announceStart(slot);
  const watch = block.watchCalls(slot);
  try {
    const definition = await openEnvironment({ environment, moduleUrl, wrappers, watch });
    return {
      error: null,
      result: await evaluatePolicy({ ...options, definition, engine: WasmEngine.open(kernels) }),
    };
  } catch (error) {
    return { error: createErrorRecord(error) };
  }
}
