// a3c open: the dashboard of a server, or the page of a job, in the browser.
import { z } from 'zod';
import type { A3CClient } from '../../client/a3c-client.ts';
import { A3CApiError } from '../../client/client-errors.ts';
import type { DefineCommand } from '../command-context.ts';
import { jsonFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { findJob, jobArgument } from '../jobs/find-job.ts';
import { serverFlags, withServer } from '../jobs/server-flags.ts';
import { findOpener, openAddress } from '../opening/open-address.ts';
import { takeStandardOutput } from '../standard-output.ts';

const openOptionsSchema = z.strictObject({
  ...serverFlags,
  print: z.boolean().default(false).describe('Only print the address'),
  ...jsonFlag,
});

export const defineOpen: DefineCommand = (command) => {
  command.argument('[job]', jobArgument);
  addSchemaFlags(command, openOptionsSchema);
  command.action(async (text: string | undefined) => {
    const { url, print, json } = readSchemaFlags(command, openOptionsSchema);
    const output = takeStandardOutput();
    const address = await withServer(url, async (client) => await findPage(client, url, text));
    const opener = print ? null : findOpener(process.platform, process.env);
    const isOpen = opener !== null && (await openAddress(address, opener));
    const line =
      isOpen || print ? address.href : `no browser can be opened here; the page is ${address.href}`;
    output.write(`${json ? JSON.stringify({ url: address.href, isOpen }) : line}\n`);
  });
};

/** The page must be there, so that no browser shows an error. Where it needs a token, the page asks for it. */
async function findPage(client: A3CClient, url: string, text: string | undefined): Promise<URL> {
  const address = new URL(url);
  if (text !== undefined) {
    const { id } = await client.getJob(await findJob(client, text));
    address.hash = `/jobs/${id}`;
    return address;
  }
  try {
    await client.getStatus();
  } catch (error) {
    if (!(error instanceof A3CApiError) || error.status !== 401) throw error;
  }
  return address;
}
