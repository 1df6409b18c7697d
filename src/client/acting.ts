// Requests for actions and evaluations.
import type { ActionsRequest } from '../shared/api/actions.ts';
import type { EvaluationRequest, RequestedEvaluation } from '../shared/api/requested-evaluation.ts';
import { delay } from './reconnect.ts';
import type { CallOptions } from './api-connection.ts';

/** Numbers as a list or as an array of bytes or floats, e.g. what `tensor.dataSync()` of TensorFlow.js returns. */
export type NumberRow = readonly number[] | Float32Array | Float64Array | Uint8Array;

/** Lists of numbers in lists, nested like a space. */
export type NestedRow = readonly (number | NestedRow)[];

export interface ChooseActionsOptions
  extends CallOptions, Omit<ActionsRequest, 'observations' | 'masks' | 'states'> {
  /** For each row, 1 or true for each allowed action; required if the policy was trained with masks. */
  readonly masks?: readonly (readonly (number | boolean)[] | Uint8Array)[] | undefined;
  /** The `states` of the answer before, for a policy with memory; null for a row whose episode begins. */
  readonly states?: readonly (NumberRow | null)[] | undefined;
}

export interface EvaluateOptions extends CallOptions, EvaluationRequest {}

type Rows = readonly unknown[];

/** The body of a request: JSON would write arrays of floats as objects. */
export function createActionsBody(
  observations: Rows,
  { masks, states, ...fields }: Omit<ChooseActionsOptions, 'signal'>,
): object {
  return {
    ...fields,
    observations: observations.map(toList),
    ...(masks && { masks: masks.map(toList) }),
    ...(states && { states: states.map(toList) }),
  };
}

function toList(row: unknown): unknown {
  return row instanceof Float32Array || row instanceof Float64Array || row instanceof Uint8Array
    ? Array.from(row)
    : row;
}

const firstRestMs = 50;
const longestRestMs = 1_000;

/** Reads an evaluation again and again, until it is over. */
export async function waitForEvaluation(
  posted: RequestedEvaluation,
  signal: AbortSignal | undefined,
  read: () => Promise<RequestedEvaluation>,
): Promise<RequestedEvaluation> {
  let evaluation = posted;
  for (
    let restMs = firstRestMs;
    evaluation.finishedAt === null;
    restMs = Math.min(2 * restMs, longestRestMs)
  ) {
    await delay(restMs, signal);
    evaluation = await read();
  }
  return evaluation;
}
