import type { A3CClient } from '../../client/a3c-client.ts';

/** Experiments and tunings of a server, newest first. */
export async function listExperiments(client: A3CClient) {
  const pages = await Promise.all([
    client.listExperiments({ limit: 100 }),
    client.listTunings({ limit: 100 }),
  ]);
  return pages
    .flatMap(({ data }) => data)
    .sort((first, second) => second.createdAt.localeCompare(first.createdAt));
}
