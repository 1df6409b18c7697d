// Times between attempts, and the signature.
import { describe, expect, it } from 'vitest';
import { signWebhook } from '../../../../src/server/webhooks/sign-webhook.ts';
import { computeDelay, webhookLimits } from '../../../../src/server/webhooks/webhook-limits.ts';

describe('the delay before the next attempt', () => {
  it('doubles up to a limit', () => {
    const delays = [1, 2, 3, 11, 14, 1000].map((attempts) => computeDelay(attempts, webhookLimits, 1));
    expect(delays).toEqual([5_000, 10_000, 20_000, 3_600_000, 3_600_000, 3_600_000]);
  });

  it('is between half and all of that, at random', () => {
    expect([0, 0.5].map((draw) => computeDelay(1, webhookLimits, draw))).toEqual([2_500, 3_750]);
  });
});

it('a signature is an HMAC-SHA256 of the time and the body, as OpenSSL computes it', () => {
  expect(signWebhook('key with spaces', '{"a": "ä"}', 1_700_000_000)).toBe(
    't=1700000000,v1=f1b2f3deb59409354fd8b7a3b19bcdf7749b99ef6ed6d88446b4f922cbaba488',
  );
});
