// Host that a request names, in its Host header and in its address if that contains a host (RFC 9112, section 3.2).
import type { IncomingMessage } from 'node:http';
import { InvalidHostError, HostMissingError, HostNotAllowedError } from '../problems/http-errors.ts';
import type { AccessRules } from '../services.ts';

const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A name, an IPv4 address or an IPv6 address, and a port. */
const hostPattern = /^([\w.-]*|\[[\da-f:.]+\])(?::\d*)?$/i;
const absoluteAddress = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i;

/**
 * Throws unless the host is allowed. A page that lets its own name resolve to 127.0.0.1 (DNS rebinding) still sends
 * that name.
 */
export function requireHost({ isLocalOnly }: AccessRules, request: IncomingMessage): void {
  const names = listHostNames(request);
  if (isLocalOnly && !names.every(isLocal)) throw new HostNotAllowedError();
}

function listHostNames({ rawHeaders, url = '', httpVersion }: IncomingMessage): string[] {
  const hosts = rawHeaders.filter(
    (_, index) => rawHeaders[index - 1]?.toLowerCase() === 'host' && index % 2 === 1,
  );
  if (hosts.length === 0 && httpVersion === '1.1') throw new HostMissingError();
  // Programs before and behind this server might use different ones.
  if (hosts.length > 1) throw new InvalidHostError('the request has more than one Host header');
  const named = absoluteAddress.exec(url)?.[1];
  return [...(hosts.length === 0 ? [''] : hosts), ...(named === undefined ? [] : [named])].map((host) => {
    const name = hostPattern.exec(host)?.[1];
    if (name === undefined) throw new InvalidHostError('the request names a host that is not valid');
    return name.toLowerCase();
  });
}

const isLocal = (name: string): boolean => localNames.has(name) || name.endsWith('.localhost');
