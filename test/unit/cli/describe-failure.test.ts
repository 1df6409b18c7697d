import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../src/cli/describe-failure.ts';
import { AddressUnavailableError } from '../../../src/server/start-errors.ts';
import { AppError } from '../../../src/shared/errors/app-error.ts';

class Failure extends AppError {
  readonly code: string;

  constructor(message: string, { code = 'FAILURE', cause }: { code?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.code = code;
  }
}

describe('a failure in words', () => {
  it('is one line if there is no cause, or the line quotes the cause', () => {
    expect(describeFailure(new Failure('no such file'))).toBe('error: no such file');
    const cause = new Error('EACCES: permission denied');
    expect(describeFailure(new Failure('cannot write: EACCES: permission denied', { cause }))).toBe(
      'error: cannot write: EACCES: permission denied',
    );
  });

  it('is one line if it says in words what the cause says in codes', () => {
    const used = Object.assign(new Error('listen EADDRINUSE: 127.0.0.1:80'), { code: 'EADDRINUSE' });
    const line = describeFailure(new AddressUnavailableError('127.0.0.1', 80, used));
    expect(line).toMatch(/^error: cannot listen on 127.0.0.1:80: another program uses this port.*$/);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const cause = new Failure('weights.bin was not written: the disk is full (ENOSPC)', { cause: full });
    expect(describeFailure(new Failure('the model could not be written', { cause }))).toBe(
      'error: the model could not be written\ncaused by: weights.bin was not written: the disk is full (ENOSPC)',
    );
  });

  it('names every cause that the line does not quote', () => {
    const disk = new Error('no space left');
    const write = new Error('weights.bin was not written', { cause: disk });
    expect(describeFailure(new Failure('the model could not be written', { cause: write }))).toBe(
      'error: the model could not be written\ncaused by: weights.bin was not written\ncaused by: no space left',
    );
  });

  it('shows the stacks of what an environment threw, down to the first cause', () => {
    const inner = new RangeError('no such level');
    const thrown = new Error('cannot load the level', { cause: inner });
    const failed = new Failure('My-v0: step() threw', { code: 'ENVIRONMENT_FAILED', cause: thrown });
    const text = describeFailure(new Failure('no settings could be trained', { cause: failed }));
    expect(text).toBe(
      'error: no settings could be trained\ncaused by: My-v0: step() threw\n' +
        `caused by: ${String(thrown.stack)}\ncaused by: ${String(inner.stack)}`,
    );
  });

  it('ends where an error is its own cause', () => {
    const own = new Error('round and round');
    own.cause = own;
    expect(describeFailure(new Failure('dizzy', { cause: own }))).toBe(
      'error: dizzy\ncaused by: round and round',
    );
  });
});
