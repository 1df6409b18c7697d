// Host that jobs may ask to be notified, as the settings name it: `ci.example.com`, `ci.example.com:8443`, `10.0.0.7`.

export interface WebhookHost {
  /** As `URL` writes it: in lower case, with ASCII letters only, an IPv6 address in brackets. */
  readonly hostname: string;
  /** null: the usual port of http or https. */
  readonly port: number | null;
}

/** Returns null if the text is not a host with an optional port. */
export function parseWebhookHost(text: string): WebhookHost | null {
  const [, host, port] = /^(\[[^\]]+\]|[^:/?#@*[\]\\\s]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined || !URL.canParse(`http://${host}/`)) return null;
  const number = port === undefined ? null : Number(port);
  if (number !== null && (number < 1 || number > 65_535)) return null;
  return { hostname: new URL(`http://${host}/`).hostname, port: number };
}
