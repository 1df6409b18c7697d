// Rules for webhooks: whom the server may notify. They come from its settings only.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { ServerSettings } from '../config.ts';
import { UnusableWebhookError } from '../start-errors.ts';
import { parseWebhookHost, type WebhookHost } from './webhook-host.ts';

/** A secret that is shorter can be guessed. */
const minSecretLength = 16;

export class WebhookRules {
  /** Addresses that are told of all jobs. */
  readonly urls: readonly string[];
  readonly #secret: string | null;
  readonly #hosts: readonly WebhookHost[];
  readonly #networks: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  /** Throws UnusableWebhookError if webhooks could not be signed. */
  constructor({ webhookUrl = [], webhookHost = [], webhookNetwork = [], webhookSecret }: ServerSettings) {
    this.urls = [...new Set(webhookUrl)];
    this.#hosts = webhookHost.map(parseWebhookHost).filter((host) => host !== null);
    this.#networks = webhookNetwork.map((text) =>
      text.includes('/')
        ? ipaddr.parseCIDR(text)
        : ipaddr.parseCIDR(`${text}/${isIP(text) === 4 ? 32 : 128}`),
    );
    this.#secret = webhookSecret ?? null;
    const isUsed = this.urls.length + this.#hosts.length > 0;
    if (!isUsed) return;
    if (webhookSecret === undefined)
      throw new UnusableWebhookError(
        'webhooks are signed: set A3C_WEBHOOK_SECRET too, for example to the output of openssl rand -hex 32',
      );
    if (webhookSecret.length < minSecretLength)
      throw new UnusableWebhookError(`A3C_WEBHOOK_SECRET has fewer than ${minSecretLength} characters`);
  }

  /** Signs every webhook; null if there are none. */
  get secret(): string | null {
    return this.urls.length + this.#hosts.length > 0 ? this.#secret : null;
  }

  /** Why the server does not post to this address, and what to do about it; null if it does. */
  findRefusal(url: string): string | null {
    if (this.secret === null)
      return 'this server sends no webhooks; start it with A3C_WEBHOOK_SECRET and --webhook-host';
    if (this.urls.includes(url)) return null;
    const { hostname, port, host, protocol } = new URL(url);
    const isAllowed = this.#hosts.some(
      (allowed) =>
        allowed.hostname === hostname &&
        (allowed.port === null
          ? port === ''
          : allowed.port === (port === '' ? defaultPorts[protocol] : Number(port))),
    );
    return isAllowed
      ? null
      : `this server posts only to hosts it was started with; --webhook-host ${host} adds this one`;
  }

  /**
   * Whether a name may resolve to this address. A name can point anywhere, also into the network of the server, whoever
   * chose it; so it must be public, or in a network of the settings.
   */
  isAddressAllowed(address: string): boolean {
    const parsed = parseAddress(address);
    if (parsed === null) return false;
    return (
      parsed.range() === 'unicast' ||
      this.#networks.some(
        ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
      )
    );
  }
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** IPv4 in IPv6 counts as IPv4. */
function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [plain = ''] = address.split('%', 1);
  return isIP(plain) === 0 ? null : ipaddr.process(plain);
}
