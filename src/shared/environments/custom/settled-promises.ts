// Promises of user code. A real promise settles once, but any object with a `then` may settle repeatedly.

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

export class SettledPromises {
  #settledTwice = false;

  /** Whether one of the promises adopted so far has settled again. */
  get settledTwice(): boolean {
    return this.#settledTwice;
  }

  /** Ignores a promise from now on, including its failure. */
  forget(promise: PromiseLike<unknown>): void {
    Promise.resolve(promise).catch(() => undefined);
  }

  /** Returns the first result of a promise. */
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
