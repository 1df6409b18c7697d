// Access rules from settings. Settings that protect less than they seem to are refused.
import { hideNatsAccess } from '../shared/nats/nats-address.ts';
import { isLoopback, type ServerSettings } from './config.ts';
import type { AccessRules } from './http/services.ts';
import { TokenRequiredError, UnusableTokenError } from './start-errors.ts';

export function createAccessRules(settings: ServerSettings): AccessRules {
  const { host, token, readToken, peerToken, insecure, corsOrigin, trustProxy } = settings;
  requireSendable('A3C_TOKEN', token);
  requireSendable('A3C_READ_TOKEN', readToken);
  requireSendable('A3C_PEER_TOKEN', peerToken);
  if (readToken !== undefined && token === undefined) {
    throw new UnusableTokenError('A3C_READ_TOKEN alone would let everybody write: set A3C_TOKEN too');
  }
  if (readToken !== undefined && readToken === token) {
    throw new UnusableTokenError('A3C_READ_TOKEN and A3C_TOKEN are the same: readers could write');
  }
  if (peerToken !== undefined && token === undefined) {
    throw new UnusableTokenError('A3C_PEER_TOKEN alone would let everybody do everything: set A3C_TOKEN too');
  }
  if (peerToken !== undefined && (peerToken === token || peerToken === readToken)) {
    throw new UnusableTokenError('A3C_PEER_TOKEN is also another token: peers could do more than connect');
  }
  if (!isLoopback(host) && token === undefined && !insecure) throw new TokenRequiredError(host);
  return {
    token: token ?? null,
    readToken: readToken ?? null,
    peerToken: peerToken ?? null,
    corsOrigins: corsOrigin,
    trustedProxies: trustProxy,
    isLocalOnly: isLoopback(host) && token === undefined,
  };
}

/** The settings without what is secret, for the log. Addresses of webhooks often contain a key. */
export function hideSecrets(settings: ServerSettings): ServerSettings {
  const { token, readToken, peerToken, nats, webhookSecret, webhookUrl } = settings;
  return {
    ...settings,
    ...(token !== undefined && { token: '[hidden]' }),
    ...(readToken !== undefined && { readToken: '[hidden]' }),
    ...(peerToken !== undefined && { peerToken: '[hidden]' }),
    ...(nats !== undefined && { nats: hideNatsAccess(nats) }),
    ...(webhookSecret !== undefined && { webhookSecret: '[hidden]' }),
    ...(webhookUrl !== undefined && { webhookUrl: webhookUrl.map((url) => new URL(url).origin) }),
  };
}

/** A header value ends at a space and is ASCII. */
function requireSendable(name: string, token: string | undefined): void {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return;
  throw new UnusableTokenError(
    `${name} may contain only ASCII letters, digits and punctuation, and no spaces`,
  );
}
