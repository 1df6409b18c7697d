// Answer to a request for actions: the policy computes it in blocks of rows, and it is written as JSON at once.
import { Random } from '../../shared/random/random.ts';
import type { RowPolicy } from '../../policy/rows/row-policy.ts';
import { InvalidActionsRequestError } from './policy-errors.ts';
import type { GivenRows } from './read-actions-request.ts';

/**
 * Returns the fields of the answer as JSON, without the braces around them, so that others can be added. Throws
 * InvalidActionsRequestError, which names the first row that the policy cannot act on.
 */
export function answerActions(policy: RowPolicy, request: GivenRows): string {
  const { observations, deterministic, seed, model } = request;
  const random = seed === null ? null : Random.fromSeed(seed);
  const count = observations.length;
  const answer: RowTexts = { actions: '', values: '', states: '' };
  for (let first = 0; first < count; first += policy.capacity) {
    const rows = Math.min(policy.capacity, count - first);
    for (let row = 0; row < rows; row += 1) readRow(policy, request, { row, index: first + row });
    if (deterministic) policy.choose(rows);
    else policy.draw(rows, random);
    for (let row = 0; row < rows; row += 1) writeRow(policy, answer, { row, index: first + row });
  }
  const values = policy.values === null ? 'null' : `[${answer.values}]`;
  const states = policy.stateSize === 0 ? '' : `,"states":[${answer.states}]`;
  return `"actions":[${answer.actions}],"values":${values}${states},"model":"${model}","trainingSteps":${policy.trainingSteps}`;
}

/** A row of a request, and its place in the model. */
interface Place {
  readonly row: number;
  readonly index: number;
}

interface RowTexts {
  actions: string;
  values: string;
  states: string;
}

function readRow(policy: RowPolicy, { observations, masks, states }: GivenRows, { row, index }: Place): void {
  const issue = policy.readObservation(row, observations[index]);
  if (issue !== null) refuse(`observations.${index}${issue.path}`, issue.message);
  const maskIssue = policy.readMask(row, masks === null ? undefined : masks[index]);
  if (maskIssue !== null) refuse(masks === null ? 'masks' : `masks.${index}`, maskIssue);
  const stateIssue = policy.readState(row, states === null ? null : states[index]);
  if (stateIssue !== null) refuse(`states.${index}`, stateIssue);
}

function writeRow(policy: RowPolicy, answer: RowTexts, { row, index }: Place): void {
  const separator = index === 0 ? '' : ',';
  const action = policy.readAction(row);
  if (action === null)
    refuse(
      `observations.${index}`,
      'its numbers are so large that the network cannot compute an action: look at their units',
    );
  answer.actions += separator + (typeof action === 'number' ? String(action) : `[${action.join(',')}]`);
  if (policy.values !== null) {
    const value = policy.values[row] ?? Number.NaN;
    answer.values += separator + (Number.isFinite(value) ? String(value) : 'null');
  }
  if (policy.stateSize > 0) answer.states += `${separator}[${policy.takeState(row).join(',')}]`;
}

function refuse(path: string, message: string): never {
  throw new InvalidActionsRequestError([{ path, message }]);
}
