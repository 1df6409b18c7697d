// Entry of an evaluation on a pool thread.
import type { EngineChoice } from '../../shared/engines/engine-choice.ts';
import { openEngine } from '../../shared/engines/open-engine.ts';
import { openEnvironment } from '../../shared/environment-modules/open-environment.ts';
import type { EnvironmentOrigin } from '../../shared/environments/environment-origin.ts';
import type { WrappersSpec } from '../../shared/environments/wrappers/wrappers-spec.ts';
import { createErrorRecord } from '../../shared/errors/error-record.ts';
import type { TaskOutcome, WatchedSlot } from '../../shared/protocol/worker-task.ts';
import { ControlBlock } from '../../shared/transport/control-block.ts';
import { evaluatePolicy, type EvaluationOptions } from './evaluate-policy.ts';

/** An evaluation as plain data, which any host can receive. */
export interface EvaluationAssignment extends Omit<EvaluationOptions, 'definition' | 'engine'> {
  readonly environment: string;
  /** Where the environment is found; null for a built-in environment. */
  readonly environmentOrigin: EnvironmentOrigin | null;
  readonly wrappers: WrappersSpec;
  /** Time that a remote environment has for an answer. */
  readonly timeoutSeconds: number;
  readonly engine: EngineChoice;
}

/** An evaluation on a thread, with the memory it shares with its master's process. */
export interface EvaluationTask extends EvaluationAssignment, WatchedSlot {
  /** Compiled kernels. */
  readonly kernels: WebAssembly.Module;
}

/** Runs a task: piscina calls the default export. */
export default async function runEvaluation(task: EvaluationTask): Promise<TaskOutcome> {
  const {
    environment,
    environmentOrigin: origin,
    wrappers,
    timeoutSeconds,
    slot,
    control,
    kernels,
    ...assignment
  } = task;
  const block = new ControlBlock(slot, control);
  const watch = block.watchCalls(slot);
  try {
    const engine = await openEngine(assignment.engine, { kernels, network: assignment.network });
    block.announceStart(slot);
    try {
      const definition = await openEnvironment({
        environment,
        origin,
        wrappers,
        watch,
        loan: { purpose: 'evaluation', timeoutSeconds },
      });
      return { error: null, result: await evaluatePolicy({ ...assignment, definition, engine }) };
    } finally {
      engine.close();
    }
  } catch (error) {
    return { error: createErrorRecord(error) };
  }
}
