// JSON body parser: refuses keys that change a prototype, and deep nesting.
import { BodyTooDeepError, EncodedBodyError } from './problems/http-errors.ts';
import type { App } from './services.ts';

/** A job with layers has five levels; the topology of a model, with layers in its layers, some fifteen. */
const maxLevels = 32;

export function registerJsonBody(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (isEncoded(request.headers['content-encoding'])) {
      done(new EncodedBodyError());
      return;
    }
    void parse(request, String(text), (error, body) => {
      if (error) done(error);
      else if (isDeeperThan(maxLevels, body)) done(new BodyTooDeepError(maxLevels));
      else done(null, body);
    });
  });
}

function isEncoded(encoding = ''): boolean {
  return encoding !== '' && encoding.toLowerCase() !== 'identity';
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}
