// JSON body parser: refuses keys that change a prototype, and deep nesting.
import type { FastifyRequest } from 'fastify';
import { BodyTooDeepError, EncodedBodyError } from './problems/http-errors.ts';
import type { App } from './services.ts';

/** A job with layers has five levels; the topology of a model, with layers in its layers, some fifteen. */
const maxLevels = 32;

/** Parses a body, or a part of one. Throws for what the API does not take as JSON. */
export type ParseJson = (request: FastifyRequest, text: string) => Promise<unknown>;

/** Reads no other bodies than JSON, and returns the parser. */
export function registerJsonBody(app: App): ParseJson {
  const parseText = app.getDefaultJsonParser('error', 'error');
  const parse: ParseJson = async (request, text) => {
    requirePlain(request);
    const body = await new Promise((resolve, reject) => {
      void parseText(request, text, (error, parsed) => {
        if (error) reject(error);
        else resolve(parsed);
      });
    });
    if (isDeeperThan(maxLevels, body)) throw new BodyTooDeepError(maxLevels);
    return body;
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (request: FastifyRequest, text: string | Buffer) => {
      return await parse(request, String(text));
    },
  );
  return parse;
}

/** Throws EncodedBodyError if the body is compressed or otherwise encoded. */
export function requirePlain({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? '';
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') throw new EncodedBodyError();
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}
