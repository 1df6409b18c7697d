// Security headers of every answer, including errors and answers of the connection itself. They keep browsers from
// guessing types, framing, leaking addresses and running scripts.
import helmet, { type HelmetOptions } from 'helmet';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/**
 * Answers are data: opened as a document, they may load, run and submit nothing. The documentation page has its own
 * policy.
 */
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
  // The server speaks plain HTTP; a proxy that adds TLS adds this header too.
  strictTransportSecurity: false,
};

/**
 * Read from helmet once, as a record: answers of the connection need the headers too, and have no response object for
 * helmet.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  ...collectHeaders(options),
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** For pictures, which a browser opens as documents that could run scripts: treated as if from another site. */
export const pictureSecurityPolicy = `${securityHeaders['content-security-policy'] ?? ''};sandbox`;

/**
 * For the dashboard: it loads what the server itself has, and compiles the kernels, to play a policy in the page. It may
 * neither be framed nor send a form by itself.
 */
export const pageSecurityPolicy = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "img-src 'self' data: blob:",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self'",
].join(';');

function collectHeaders(settings: HelmetOptions): Record<string, string> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(settings)(response.req, response, () => undefined);
  return Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}
