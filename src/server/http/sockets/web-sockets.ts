// WebSockets of the server: which addresses have them, how callers prove who they are, and how they end.
import websocket from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { App } from '../services.ts';

/** A policy's actions, whose calls are counted apart. */
export const actionsPath = '/jobs/:id/actions';
/** Remote environments. */
export const peersPath = '/environments/remote';

/** Addresses with a WebSocket. At any other, a request to upgrade the connection is answered as if it had not asked. */
const socketUrls = [actionsPath, peersPath].map(
  (path) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/?]+')}(?:\\?|$)`),
);

/** The protocol that a client with a token offers beside it, and that the server chooses. */
const protocolName = 'a3c';
const tokenPrefix = 'a3c.token.';

/** Code of RFC 6455 for an end that has nothing to do with the client. */
const goingAway = 1001;
const closingMs = 1_000;

/** Option of Node's server: programs that offer HTTP/2 by `Upgrade: h2c`, as Java's do, are answered in HTTP/1.1. */
export const upgradeOptions = {
  shouldUpgradeCallback: ({ headers, url = '' }: IncomingMessage): boolean =>
    asksForSocket({ headers }) && socketUrls.some((pattern) => pattern.test(url)),
};

/** Must be registered before the routes. `maxMessageBytes` is the limit of a message. */
export async function registerWebSockets(
  app: App,
  { maxMessageBytes }: { readonly maxMessageBytes: number },
): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: maxMessageBytes,
      // A token is never repeated in an answer.
      handleProtocols: (offered) => (offered.has(protocolName) ? protocolName : false),
    },
    // Clients that break the protocol or their connection: ws has closed it.
    errorHandler: (error, socket, request) => {
      request.log.debug({ err: error }, 'a WebSocket failed');
      socket.terminate();
    },
    preClose(done) {
      const { clients } = app.websocketServer;
      for (const client of clients) client.close(goingAway, 'the server stops');
      // A client that does not answer must not hold up the end.
      setTimeout(() => {
        for (const client of clients) client.terminate();
      }, closingMs).unref();
      app.websocketServer.close();
      done();
    },
  });
}

/** Whether a request asks for a WebSocket. */
export function asksForSocket({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * The token among the protocols that a client offers, because pages cannot set the headers of a WebSocket:
 * `new WebSocket(url, ['a3c', 'a3c.token.' + base64url(token)])`. Null if there is none.
 */
export function readProtocolToken(request: Pick<FastifyRequest, 'headers'>): string | null {
  if (!asksForSocket(request)) return null;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const given = offered.find((name) => name.startsWith(tokenPrefix));
  return given === undefined
    ? null
    : Buffer.from(given.slice(tokenPrefix.length), 'base64url').toString('utf8');
}
