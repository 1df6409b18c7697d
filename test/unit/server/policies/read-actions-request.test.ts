import { describe, expect, it } from 'vitest';
import { InvalidActionsRequestError } from '../../../../src/server/policies/policy-errors.ts';
import { readActionsRequest, splitId } from '../../../../src/server/policies/read-actions-request.ts';

function findIssues(body: unknown): readonly { path: string; message: string }[] {
  try {
    readActionsRequest(body);
  } catch (error) {
    if (error instanceof InvalidActionsRequestError) return error.issues;
    throw error;
  }
  return [];
}

describe('a request for actions', () => {
  it('has defaults', () => {
    expect(readActionsRequest({ observations: [[1]] })).toEqual({
      observations: [[1]],
      masks: null,
      states: null,
      deterministic: true,
      seed: null,
      model: 'best',
    });
  });

  it.each([
    [null, ''],
    [[], ''],
    ['text', ''],
    [{}, 'observations'],
    [{ observations: [] }, 'observations'],
    [{ observations: 3 }, 'observations'],
    [{ observations: Array(10_001).fill(0) }, 'observations'],
    [{ observations: [[1]], deterministic: 1 }, 'deterministic'],
    [{ observations: [[1]], deterministic: null }, 'deterministic'],
    [{ observations: [[1]], seed: -1 }, 'seed'],
    [{ observations: [[1]], seed: 0.5 }, 'seed'],
    [{ observations: [[1]], model: 'newest' }, 'model'],
    [{ observations: [[1]], masks: null }, 'masks'],
    [{ observations: [[1]], masks: [] }, 'masks'],
    [{ observations: [[1]], states: [null, null] }, 'states'],
    [{ observations: [[1]], states: {} }, 'states'],
    [{ observations: [[1]], obs: 1 }, 'obs'],
    [JSON.parse('{"observations":[[1]],"__proto__":{"seed":1}}'), '__proto__'],
  ])('names what is wrong with %j', (body: unknown, path) => {
    expect(findIssues(body)).toMatchObject([{ path }]);
  });

  it('proposes the field that was meant', () => {
    expect(findIssues({ observation: [[1]] })).toContainEqual({
      path: 'observation',
      message: 'unknown field; did you mean observations?',
    });
  });

  it('may have an id in a message', () => {
    expect(splitId({ id: 7, observations: [] })).toEqual({ id: 7, fields: { observations: [] } });
    expect(splitId({ observations: [] })).toEqual({ id: undefined, fields: { observations: [] } });
    expect(() => splitId({ id: {} })).toThrow(InvalidActionsRequestError);
    expect(() => splitId({ id: 'x'.repeat(101) })).toThrow(InvalidActionsRequestError);
  });
});
