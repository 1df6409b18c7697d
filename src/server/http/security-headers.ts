// Headers of every answer, whoever gives it: a route, the error handler or the connection itself. They keep browsers
// from guessing types, framing, leaking addresses and running anything.

/** Answers are data: as a document they may load, run and submit nothing. The documentation has a policy of its own. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "script-src 'none'",
].join('; ');

/** For pictures, which a browser opens as documents that could run something: as if from another site. */
export const pictureSecurityPolicy = `${contentSecurityPolicy}; sandbox`;

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
} as const;
