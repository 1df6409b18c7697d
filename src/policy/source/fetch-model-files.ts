// Fetch of a model's files, from a running server or from static files.
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import type { ModelFiles } from '../../shared/model-format/read-model.ts';
import { ModelUnavailableError } from '../policy-errors.ts';
import { manifestName } from '../../shared/artifacts/manifest-name.ts';
import { unzipModel } from '../../shared/model-format/unzip-model.ts';

export interface FetchOptions {
  /** Headers of each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** API token of the server, sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
}

/** Address of a model of a server: its archive has all files of one version, even while the job goes on. */
const serverModel = /\/jobs\/[^/]+\/models\/\w+$/;

/**
 * Fetches the files of a model. `url` is the address of a server's model, of a directory of static files, or of a zip
 * archive. Throws ModelUnavailableError if they cannot be fetched, InvalidModelError if an archive is damaged.
 */
export async function fetchModelFiles(url: string, options: FetchOptions): Promise<ModelFiles> {
  const [path = '', query] = url.split('?', 2);
  const suffix = query === undefined ? '' : `?${query}`;
  const directory = path.replace(/\/+$/, '');
  if (directory.endsWith('.zip')) return await unzipModel(await requireBytes(url, options));
  if (serverModel.test(directory)) {
    const archive = await fetchBytes(`${directory}.zip${suffix}`, options);
    if (archive instanceof Uint8Array) return await unzipModel(archive);
  }
  const fetched = Object.values(modelFileNames).map(
    async (name) => [name, await requireBytes(`${directory}/${name}${suffix}`, options)] as const,
  );
  const manifest = fetchBytes(`${directory}/${manifestName}${suffix}`, options);
  const [bytes, ...entries] = await Promise.all([manifest, ...fetched]);
  const files = new Map<string, Uint8Array>(entries);
  if (bytes instanceof Uint8Array) files.set(manifestName, bytes);
  return files;
}

async function requireBytes(url: string, options: FetchOptions): Promise<Uint8Array> {
  const bytes = await fetchBytes(url, options);
  if (bytes instanceof Uint8Array) return bytes;
  throw new ModelUnavailableError(`there is no model at ${url}: ${bytes.reason}`);
}

/** Returns the bytes, or why there are none at this address. */
async function fetchBytes(
  url: string,
  { headers, token }: FetchOptions,
): Promise<Uint8Array | { readonly reason: string }> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(url, { headers: { ...authorization, ...headers } });
    const type = response.headers.get('content-type') ?? '';
    if (response.status === 404) return { reason: await describeAnswer(response) };
    // What servers of single-page applications send for any address.
    if (response.ok && type.startsWith('text/html')) return { reason: 'a web page is at this address' };
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new ModelUnavailableError(
      `${url} cannot be fetched: ${describeCause(error)}. Check the address and that its server runs. A web page of another origin also needs the server's permission (CORS), which a3c-server gives for models`,
      { cause: error },
    );
  }
  throw new ModelUnavailableError(`${url} cannot be fetched: ${await describeAnswer(response)}`);
}

/** Describes a refusal; servers of this project say in `detail` what is wrong. */
async function describeAnswer(response: Response): Promise<string> {
  const status = `the answer has status ${response.status}`;
  const text = await response.text();
  try {
    const problem: unknown = JSON.parse(text);
    if (
      typeof problem === 'object' &&
      problem !== null &&
      'detail' in problem &&
      typeof problem.detail === 'string'
    )
      return `${status}, ${problem.detail}`;
  } catch {
    // Another server's answer; its status has to do.
  }
  return status;
}

/** Node's fetch says only "fetch failed"; its cause has the reason. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
