// Address of NATS, as the settings have it.
import { z } from 'zod';

/** Such as `nats://user:password@host:4222`, `tls://` for TLS; the servers of a cluster with commas between. */
export const natsAddressSchema = z
  .string()
  .refine(
    (servers) => servers.split(',').every(isAddress),
    'must be an address such as nats://127.0.0.1:4222; several with commas between',
  );

function isAddress(address: string): boolean {
  const url = URL.parse(address.trim());
  return url !== null && (url.protocol === 'nats:' || url.protocol === 'tls:') && url.hostname !== '';
}

/** Returns the hosts of an address, without users and passwords. */
export function hideNatsAccess(servers: string): string {
  return servers
    .split(',')
    .map((address) => new URL(address.trim()).host)
    .join(', ');
}

/** Whether a program ends if NATS is away at its start. */
export const natsRequiredSchema = z
  .boolean()
  .default(false)
  .describe('End if NATS cannot be reached at the start, in place of waiting for it');
