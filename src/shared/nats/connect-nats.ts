// Connection to NATS. Only this file loads its packages, at the first connection.
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { AppError } from '../errors/app-error.ts';

/** No server of NATS can be reached, or it refuses the connection. */
export class NatsUnavailableError extends AppError {
  readonly code = 'NATS_UNAVAILABLE';
}

export interface NatsOptions {
  /** Address such as `nats://user:password@host:4222`, `tls://` for TLS; the servers of a cluster with commas between. */
  readonly servers: string;
  /** Name of the connection in the reports of NATS. */
  readonly name: string;
}

/** Time between two attempts to connect again. */
const reconnectMs = 500;
/**
 * Without an answer to so many questions, one after each interval, the connection is made again. When a network is cut or
 * a machine loses its power, nothing closes the connection.
 */
const pingIntervalMs = 5_000;
const maxPingsWithoutAnswer = 2;
const defaultPort = '4222';

/**
 * Connects. A connection that breaks later is made again, for ever. Throws NatsUnavailableError if the first attempt
 * fails.
 */
export async function connectNats({ servers, name }: NatsOptions): Promise<NatsConnection> {
  const { connect } = await import('@nats-io/transport-node');
  const urls = servers.split(',').map(parseAddress);
  try {
    return await connect({
      ...readAccess(urls),
      servers: urls.map(({ host, hostname }) => (host === hostname ? `${host}:${defaultPort}` : host)),
      name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: reconnectMs,
      pingInterval: pingIntervalMs,
      maxPingOut: maxPingsWithoutAnswer,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const addresses = urls.map(({ host }) => host).join(', ');
    throw new NatsUnavailableError(`cannot connect to NATS at ${addresses}: ${reason}`, { cause: error });
  }
}

function parseAddress(address: string): URL {
  return new URL(address.trim());
}

/** User and password or token, and whether the connection is encrypted; all addresses have the same. */
function readAccess(
  urls: readonly URL[],
): Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'tls' | 'inboxPrefix'> {
  const [first] = urls;
  const user = decodeURIComponent(first?.username ?? '');
  const pass = decodeURIComponent(first?.password ?? '');
  return {
    ...(user !== '' && (pass === '' ? { token: user } : { user, pass })),
    // Answers come to an inbox of the user, so that NATS can forbid other users to read them.
    ...(pass !== '' && /^[\w-]+$/.test(user) && { inboxPrefix: `_INBOX.${user}` }),
    ...(first?.protocol === 'tls:' && { tls: createTls(urls) }),
  };
}

/**
 * The package passes these on to Node. It names no host if the address is an IP address, and then Node would expect a
 * certificate for localhost: the certificate must be for one of the addresses.
 */
function createTls(urls: readonly URL[]) {
  const hosts = urls.map(({ hostname }) => hostname.replaceAll(/^\[|\]$/g, ''));
  return {
    handshakeFirst: false,
    checkServerIdentity: (_host: string, certificate: PeerCertificate): Error | undefined => {
      const refusals = hosts.map((host) => checkServerIdentity(host, certificate));
      return refusals.includes(undefined) ? undefined : refusals[0];
    },
  };
}
