// Headers of every answer, whoever gives it: a route, the error handler or the connection itself. They keep browsers
// from guessing types, framing, leaking addresses and running anything.
import helmet, { type HelmetOptions } from 'helmet';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** Answers are data: as a document they may load, run and submit nothing. The documentation has a policy of its own. */
const nothingAllowed = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'object-src': ["'none'"],
  'script-src': ["'none'"],
};

const options: HelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: nothingAllowed },
  frameguard: { action: 'deny' },
  // The server speaks plain HTTP; a proxy that adds TLS adds this too.
  strictTransportSecurity: false,
};

/**
 * Taken from helmet once, as a record: the connection's own answers need them too, where there is no response that
 * could be handed to it.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  ...collectHeaders(options),
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** For pictures, which a browser opens as documents that could run something: as if from another site. */
export const pictureSecurityPolicy = `${securityHeaders['content-security-policy'] ?? ''};sandbox`;

function collectHeaders(settings: HelmetOptions): Record<string, string> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(settings)(response.req, response, () => undefined);
  return Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}
