// Protection against guessed tokens: an address that has sent too many wrong tokens is refused for the rest of the
// minute. The same wrong token again is not a new guess, so a client with an old token does not lock out others
// behind its proxy.
import { createHash } from 'node:crypto';
import { TooManyTokensError } from '../problems/http-errors.ts';

const windowMs = 60_000;

export class FailedTokens {
  readonly #maxPerMinute: number;
  /** Digests of the wrong tokens of each address. */
  readonly #wrong = new Map<string, Set<string>>();
  #windowEndsAtMs = 0;

  constructor(maxPerMinute: number) {
    this.#maxPerMinute = maxPerMinute;
  }

  /** Throws if this address has tried too many tokens. */
  requireFewFrom(address: string): void {
    const nowMs = performance.now();
    if (nowMs >= this.#windowEndsAtMs) {
      this.#wrong.clear();
      this.#windowEndsAtMs = nowMs + windowMs;
    }
    const tried = this.#wrong.get(address)?.size ?? 0;
    if (tried >= this.#maxPerMinute) throw new TooManyTokensError(this.#windowEndsAtMs - nowMs);
  }

  note(address: string, token: string): void {
    const wrong = this.#wrong.get(address) ?? new Set();
    this.#wrong.set(address, wrong.add(createHash('sha256').update(token).digest('base64')));
  }
}
