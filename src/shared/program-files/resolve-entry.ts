/** Returns the entry file of another program: `.ts` next to sources, `.js` next to built files. */
export function resolveEntry(path: string, importerUrl: string): URL {
  const extension = importerUrl.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${path}${extension}`, importerUrl);
}
