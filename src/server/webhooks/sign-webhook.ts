// Signature of a webhook.
import { createHmac } from 'node:crypto';

/**
 * `t=SECONDS,v1=HMAC`: the HMAC-SHA256, in hexadecimal, of the time, a dot and the body. A receiver that refuses old times
 * cannot be sent the same body again by somebody who has seen it.
 */
export function signWebhook(secret: string, body: string, timeSeconds: number): string {
  const code = createHmac('sha256', secret).update(`${timeSeconds}.${body}`).digest('hex');
  return `t=${timeSeconds},v1=${code}`;
}
