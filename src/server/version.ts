// Version of the package. src/server and dist/server are equally deep below package.json.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
