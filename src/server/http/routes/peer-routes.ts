// Route over which peers connect as remote environments.
import { z } from 'zod';
import { describeAddress } from '../access/caller-address.ts';
import { TooManyPeersError, UpgradeRequiredError } from '../problems/http-errors.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { peersPath } from '../sockets/web-sockets.ts';

export function registerPeerRoutes(app: App, { remoteEnvironments }: Services): void {
  app.route({
    method: 'GET',
    url: peersPath,
    exposeHeadRoute: false,
    schema: {
      operationId: 'connectEnvironment',
      tags: ['catalogue'],
      summary: 'Connect as a remote environment',
      description:
        'A WebSocket. The peer declares its spaces and then answers the resets and steps of jobs with ' +
        '`environment: "remote:NAME"`; docs/remote-environments.md describes the messages. It offers the subprotocol ' +
        '`a3c`, and its token as `Authorization: Bearer TOKEN` or, from a page, as another subprotocol: ' +
        '`a3c.token.` and the token in base64url. A3C_PEER_TOKEN may do nothing else.',
      response: {
        101: z.null().describe('The connection is a WebSocket from now on'),
        ...problemResponses,
      },
    },
    preHandler: async () => {
      if (remoteEnvironments.isFull) throw new TooManyPeersError();
    },
    handler: () => {
      throw new UpgradeRequiredError(
        'this is a WebSocket for remote environments; connect to it with ws:// or wss://',
      );
    },
    wsHandler: (socket, request) => {
      remoteEnvironments.greet(socket, describeAddress(request.ip));
    },
  });
}
