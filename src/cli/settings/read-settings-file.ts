// Reader of a file of settings: YAML, or JSON, which is YAML too.
import { createReadStream } from 'node:fs';
import type { Document, LineCounter } from 'yaml';
import { InvalidSettingsError } from './invalid-settings-error.ts';

/** A file of fields of a job. */
export interface SettingsFile {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Names the file and the line of a field, for messages: `settings.yaml:7`. */
  readonly locate: (path: string) => string;
}

/** Larger than any request that a server takes. */
const maxBytes = 1_048_576;

/** Reads a file, or standard input for `-`. Throws InvalidSettingsError that names the file and the line. */
export async function readSettingsFile(path: string): Promise<SettingsFile> {
  const name = path === '-' ? 'standard input' : path;
  const text = await readText(path, name);
  const { parseDocument, LineCounter: Counter } = await import('yaml');
  const lines = new Counter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    throw new InvalidSettingsError(
      `${name}${line === undefined ? '' : `:${line}`}: not YAML or JSON: ${describe(error)}`,
    );
  }
  const fields = readFields(document, name);
  return { fields, locate: (field) => locate(field, { document, lines, name }) };
}

/** The environment that a file names, as an id or a module. */
export function readEnvironment(file: SettingsFile | null): string | undefined {
  const environment = file?.fields.environment;
  return typeof environment === 'string' && environment !== '' ? environment : undefined;
}

async function readText(path: string, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
      if (!(chunk instanceof Uint8Array)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) break;
    }
  } catch (error) {
    throw new InvalidSettingsError(
      `cannot read ${name}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  if (bytes > maxBytes)
    throw new InvalidSettingsError(`${name} is larger than 1 MiB: not a file of settings`);
  return Buffer.concat(chunks).toString();
}

function readFields(document: Document.Parsed, name: string): Readonly<Record<string, unknown>> {
  const content = readContent(document, name);
  if (isRecord(content)) return content;
  throw new InvalidSettingsError(
    content === null
      ? `${name} is empty: it needs the fields of a job, such as environment: CartPole-v1`
      : `${name} has no fields: it needs those of a job, such as environment: CartPole-v1`,
  );
}

function readContent(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new InvalidSettingsError(`${name}: not YAML or JSON: ${describe(error)}`, { cause: error });
  }
}

interface Place {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly name: string;
}

/** The place of the field, or of the nearest one that contains it. */
function locate(path: string, { document, lines, name }: Place): string {
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(keys.slice(0, depth), true);
    const start = readStart(node);
    if (start !== null) return `${name}:${lines.linePos(start).line}`;
  }
  return name;
}

/** Where a node of the document begins, in characters. */
function readStart(node: unknown): number | null {
  if (!isRecord(node) || !Array.isArray(node.range)) return null;
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first line, without the place and without the picture of it that follows. */
function describe(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/ at line \d+, column \d+:?$/, '');
}
