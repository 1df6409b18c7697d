// Receiver of a posted form: the text of one part, and the bytes of another in a file.
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { AppError } from '../../../shared/errors/app-error.ts';
import { writeStored } from '../../store/storage-unavailable-error.ts';
import { FormError, PartTooLargeError } from '../problems/http-errors.ts';

export interface FormLimits {
  readonly maxJobBytes: number;
  readonly maxModelBytes: number;
}

export interface ReceivedForm {
  /** The part `job`. */
  readonly job: string;
  /** SHA-256 of the part `model`, in hexadecimal. */
  readonly sha256: string;
}

interface IncomingForm {
  readonly headers: IncomingHttpHeaders;
  readonly payload: Readable;
}

/**
 * Receives a form with the parts `job` and `model`, each once, in any order. The model is written to the file `path`,
 * which is removed again if this throws: FormError, PartTooLargeError, StorageUnavailableError, or what the connection
 * failed with.
 */
export async function receiveForm(
  form: IncomingForm,
  path: string,
  limits: FormLimits,
): Promise<ReceivedForm> {
  try {
    const parts = await receiveParts(form, path, limits);
    const [job, sha256] = [parts.get('job'), parts.get('model')];
    if (job === undefined) throw new FormError('the form has no part `job`, the job as JSON');
    if (sha256 === undefined) throw new FormError('the form has no part `model`, a zip archive');
    return { job, sha256 };
  } catch (error) {
    await rm(path, { force: true });
    throw isFormDamage(error)
      ? new FormError(`the form is damaged: ${error.message}`, { cause: error })
      : error;
  }
}

/** The parser's errors have no codes, unlike those of streams and files. */
function isFormDamage(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof AppError) && !('code' in error);
}

async function receiveParts(
  { headers, payload }: IncomingForm,
  path: string,
  { maxJobBytes, maxModelBytes }: FormLimits,
): Promise<ReadonlyMap<string, string>> {
  const form = openForm(headers, Math.max(maxJobBytes, maxModelBytes));
  form.on('error', () => undefined);
  const parts = new Map<string, Promise<string>>();
  /** Also those of refused parts, which may still write. */
  const readings: { readonly stream: BusboyFileStream; readonly part: Promise<string> }[] = [];
  form.on('file', (name, stream) => {
    // A part may fail before it is read, or after: an error without a listener would end the server.
    stream.on('error', () => undefined);
    const part = parts.has(name)
      ? refusePart(`the form has two parts \`${name}\``)
      : receivePart(name, stream);
    parts.set(name, part);
    readings.push({ stream, part });
    // Without its reader the form would wait for ever.
    part.catch((error: unknown) => form.destroy(toError(error)));
  });
  form.on('partsLimit', () => form.destroy(new FormError('the form has more parts than `job` and `model`')));
  const receivePart = async (name: string, stream: BusboyFileStream): Promise<string> => {
    if (name === 'job') return await readText(stream, maxJobBytes);
    if (name === 'model') return await saveFile(stream, path, maxModelBytes);
    return await refusePart(
      `the form has a part ${JSON.stringify(name.slice(0, 100))}; expected \`job\` and \`model\``,
    );
  };
  try {
    await pour(payload, form);
    return new Map(await Promise.all([...parts].map(async ([name, part]) => [name, await part] as const)));
  } catch (error) {
    // Their readers would wait for more.
    for (const { stream } of readings) stream.destroy();
    throw error;
  } finally {
    await Promise.allSettled(readings.map(({ part }) => part));
    // The client reads no answer before it has sent its request.
    payload.resume();
  }
}

/** Unlike pipeline, it leaves the request as it is after a mistake in the form: its client waits for an answer. */
async function pour(payload: Readable, form: Writable): Promise<void> {
  finished(payload).catch((error: unknown) => form.destroy(toError(error)));
  payload.pipe(form);
  try {
    await finished(form);
  } finally {
    payload.unpipe(form);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function openForm({ 'content-type': contentType = '', ...headers }: IncomingHttpHeaders, fileSize: number) {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': contentType },
      limits: { parts: 2, fileSize, fieldNameSize: 100, headerPairs: 20, headerSize: 4_096 },
      isPartAFile: () => true,
    });
  } catch (error) {
    throw new FormError(`the form cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function refusePart(message: string): Promise<never> {
  throw new FormError(message);
}

async function readText(stream: BusboyFileStream, maxBytes: number): Promise<string> {
  return await text(limitBytes(stream, 'job', maxBytes));
}

/** Returns the SHA-256 of what it has written. The file is closed when it ends, so that it can be removed. */
async function saveFile(stream: BusboyFileStream, path: string, maxBytes: number): Promise<string> {
  const hash = createHash('sha256');
  await writeStored(async () => {
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const piece of limitBytes(stream, 'model', maxBytes)) {
        hash.update(piece);
        await file.appendFile(piece);
      }
    } finally {
      await file.close();
    }
  });
  return hash.digest('hex');
}

async function* limitBytes(
  stream: BusboyFileStream,
  name: string,
  maxBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const piece of stream) {
    const buffer = Buffer.from(piece);
    bytes += buffer.byteLength;
    if (bytes > maxBytes) throw new PartTooLargeError(name, maxBytes);
    yield buffer;
  }
  if (stream.truncated) throw new PartTooLargeError(name, maxBytes);
}
