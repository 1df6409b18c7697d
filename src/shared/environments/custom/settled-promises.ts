// Promises of user code. Real ones settle once; anything with a `then` may do so as often as it likes.

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

export class SettledPromises {
  #settledTwice = false;

  /** Whether one of the promises adopted so far has settled again. */
  get settledTwice(): boolean {
    return this.#settledTwice;
  }

  /** Takes no more notice of a promise: should it fail, nobody waits for it. */
  forget(promise: PromiseLike<unknown>): void {
    Promise.resolve(promise).catch(() => undefined);
  }

  /** The first result of a promise. */
  adopt<Result>(promise: PromiseLike<Result>): PromiseLike<Result> {
    if (promise instanceof Promise) return promise;
    return new Promise((resolve, reject) => {
      let isSettled = false;
      const settleOnce =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          this.#settledTwice ||= isSettled;
          isSettled = true;
          settle(value);
        };
      promise.then(settleOnce(resolve), settleOnce(reject));
    });
  }
}
