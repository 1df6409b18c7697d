// Error records: any thrown value becomes data of limited size that describes it.
import { describe, expect, it } from 'vitest';
import { createErrorRecord, describeStack, toError } from '../../../../src/shared/errors/error-record.ts';
import type { ErrorRecord } from '../../../../src/shared/errors/error-record.ts';
import { hostileValues, hugeText } from '../../../fixtures/environments/hostile-values.ts';

function listChain(record: ErrorRecord | null): ErrorRecord[] {
  return record === null ? [] : [record, ...listChain(record.cause)];
}

describe('a record of what was thrown', () => {
  it.each(Object.entries(hostileValues))('is small and can be sent: %s', (_, create) => {
    const record = createErrorRecord(create());
    const text = JSON.stringify(record);
    expect(text.length).toBeLessThan(100_000);
    expect(structuredClone(record)).toEqual(record);
    expect(createErrorRecord(toError(create())).message).toBe(record.message);
    expect(describeStack(record)).not.toBe('');
  });

  it('counts what it leaves out', () => {
    const { message, stack } = createErrorRecord(new Error(hugeText));
    expect(message).toMatch(/^x+… 10,481,\d{3} more characters$/);
    expect(stack).toMatch(/^Error: x+… 10,4\d\d,\d{3} more characters …[^]*error-record\.test\.ts:\d+:\d+/);
  });

  it('of a record is that record', () => {
    const record = createErrorRecord(new RangeError(hugeText, { cause: new Error(hugeText) }));
    expect(createErrorRecord(toError(hugeText)).message).toBe(createErrorRecord(hugeText).message);
    expect(
      createErrorRecord(toError(new RangeError(hugeText, { cause: new Error(hugeText) }))),
    ).toMatchObject({
      name: 'RangeError',
      message: record.message,
      cause: { message: record.cause?.message },
    });
  });

  it('ends after a few causes', () => {
    const messages = listChain(createErrorRecord(hostileValues.cyclicCauses?.())).map(
      ({ message }) => message,
    );
    expect(messages).toEqual(['one', 'other', 'one', 'other', 'one', '… further causes are left out']);
  });

  it.each([
    [null, 'null'],
    ['a text', 'a text'],
    [{ message: 'as some libraries throw' }, 'as some libraries throw'],
    [{}, 'an object'],
  ])('has the words of what is no error: %j', (thrown, message) => {
    expect(createErrorRecord(thrown)).toEqual({
      name: 'Error',
      message,
      code: null,
      stack: null,
      cause: null,
    });
  });
});
