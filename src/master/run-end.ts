// End of a run: decided by a limit, a request or a failure, whichever comes first.
import type { StopReason } from '../shared/protocol/messages.ts';

export class RunEnd {
  readonly #decided = Promise.withResolvers<StopReason>();
  #reason: StopReason | null = null;
  #failure: Error | null = null;

  /** Resolves with the reason; rejects if a failure came first. */
  get decided(): Promise<StopReason> {
    return this.#decided.promise;
  }

  /** Null while the run continues. */
  get reason(): StopReason | null {
    return this.#reason;
  }

  /** The first failure, even one after the end was decided. */
  get failure(): Error | null {
    return this.#failure;
  }

  decide(reason: StopReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#decided.resolve(reason);
  }

  fail(error: Error): void {
    this.#reason ??= 'cancelled';
    this.#failure ??= error;
    this.#decided.reject(error);
  }
}
