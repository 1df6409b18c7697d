import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FailedTokens } from '../../../../../src/server/http/access/failed-tokens.ts';
import { TooManyTokensError } from '../../../../../src/server/http/problems/http-errors.ts';

const address = '192.0.2.1';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Tries so many wrong tokens, none of them twice. */
function guess(failedTokens: FailedTokens, count: number): void {
  for (let index = 0; index < count; index += 1) {
    failedTokens.requireFewFrom(address);
    failedTokens.note(address, `guess ${performance.now()} ${index}`);
  }
}

describe('FailedTokens', () => {
  it('refuses an address for the rest of the minute, and no longer', () => {
    const failedTokens = new FailedTokens(3);
    guess(failedTokens, 3);
    for (const passedMs of [0, 30_000, 29_999]) {
      vi.advanceTimersByTime(passedMs);
      expect(() => {
        failedTokens.requireFewFrom(address);
      }).toThrow(TooManyTokensError);
    }
    vi.advanceTimersByTime(1);
    guess(failedTokens, 3);
    expect(() => {
      failedTokens.requireFewFrom(address);
    }).toThrow(TooManyTokensError);
  });

  it('counts each minute anew', () => {
    const failedTokens = new FailedTokens(3);
    for (let minute = 0; minute < 5; minute += 1) {
      guess(failedTokens, 2);
      vi.advanceTimersByTime(60_000);
    }
    expect(() => {
      failedTokens.requireFewFrom(address);
    }).not.toThrow();
  });

  it('takes the same wrong token again for no guess, and one address for no other', () => {
    const failedTokens = new FailedTokens(2);
    for (const token of ['an old one', 'an old one', 'an old one', 'another']) {
      failedTokens.requireFewFrom(address);
      failedTokens.note(address, token);
    }
    expect(() => {
      failedTokens.requireFewFrom(address);
    }).toThrow(TooManyTokensError);
    expect(() => {
      failedTokens.requireFewFrom('192.0.2.2');
    }).not.toThrow();
  });
});
