// One attempt to post a webhook: the name is resolved once and every address checked, the connection goes to a checked
// address, no redirect is followed, and nothing of the answer is kept but its status.
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

/** A receiver that says more than this is disconnected; its status counts all the same. */
const maxAnswerBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For everything, from resolving the name to the end of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly isAddressAllowed: (address: string) => boolean;
  readonly resolve?: (hostname: string) => Promise<LookupAddress[]>;
}

export type AttemptOutcome =
  | { readonly type: 'delivered'; readonly status: number }
  | {
      readonly type: 'failed';
      readonly status: number | null;
      readonly error: string;
      readonly isFinal: boolean;
    };

/** Never rejects. An error is text for clients: it names no address. */
export async function postWebhook(request: WebhookRequest): Promise<AttemptOutcome> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, timeout]);
  try {
    const addresses = await Promise.race([resolveChecked(request), rejectOnAbort(signal)]);
    const response = await send(request, addresses, signal);
    const status = response.statusCode ?? 0;
    await drain(response);
    return judge(status);
  } catch (error) {
    const reason = timeout.aborted ? `no answer within ${request.timeoutMs / 1000} s` : explain(error);
    return { type: 'failed', status: null, error: reason, isFinal: false };
  }
}

/** Address that a name may not resolve to. */
class AddressRefusedError extends Error {}

/** Empty for an address in place of a name: the settings allow it by listing it as a host. */
async function resolveChecked({
  url,
  isAddressAllowed,
  resolve = (name) => lookup(name, { all: true }),
}: WebhookRequest): Promise<LookupAddress[]> {
  const hostname = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(hostname) !== 0) return [];
  const addresses = (await resolve(hostname)).filter(({ address }) => isAddressAllowed(address));
  if (addresses.length === 0)
    throw new AddressRefusedError(
      'the name resolves to an address that is not public; --webhook-network allows its network',
    );
  return addresses;
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(new Error('aborted'));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

function send(
  { url, headers, body }: WebhookRequest,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const target = new URL(url);
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    // A connection of its own: one that is kept could go to an address that was checked for another name.
    agent: false,
    maxHeaderSize: maxHeaderBytes,
    lookup: createLookup(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    const outgoing = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, options);
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The checked addresses in place of a second look-up, which could give others. */
function createLookup(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

async function drain(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += Buffer.isBuffer(chunk) ? chunk.byteLength : 0;
      if (bytes > maxAnswerBytes) break;
    }
  } catch {
    // The status is there already, and the rest does not matter.
  } finally {
    response.destroy();
  }
}

function judge(status: number): AttemptOutcome {
  if (status >= 200 && status < 300) return { type: 'delivered', status };
  const isGone = status === 410;
  const isRedirect = status >= 300 && status < 400;
  const details = isGone ? ': it wants no more' : isRedirect ? '; redirects are not followed' : '';
  return { type: 'failed', status, error: `it answered ${status}${details}`, isFinal: isGone };
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be resolved at the moment',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it closed the connection without an answer',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
  EPROTO: 'it does not speak TLS',
};

function explain(error: unknown): string {
  if (error instanceof AddressRefusedError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[code];
  if (reason !== undefined) return reason;
  if (/CERT|SELF_SIGNED|VERIFY|ISSUER/.test(code)) return `its certificate is not valid (${code})`;
  return code === '' ? 'it could not be reached' : `it could not be reached (${code})`;
}
