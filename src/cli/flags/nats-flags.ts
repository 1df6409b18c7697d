// Flags of the programs that join a server over NATS.
import type { Command } from 'commander';
import { natsAddressSchema, natsRequiredSchema } from '../../shared/nats/nats-address.ts';

export const natsFlags = {
  nats: natsAddressSchema
    .optional()
    .describe('Address of NATS; by default that in A3C_NATS, which keeps its password hidden'),
  natsRequired: natsRequiredSchema,
};

/** The address of NATS; ends the command if there is none. */
export function readNatsServers(command: Command, { nats }: { readonly nats?: string | undefined }): string {
  const servers = nats ?? process.env.A3C_NATS ?? '';
  if (!servers) command.error('error: the address of NATS is missing; give it with --nats or in A3C_NATS');
  return servers;
}
