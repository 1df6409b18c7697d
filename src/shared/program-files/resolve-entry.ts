/** The file of another program's entry, next to sources as `.ts` and next to built files as `.js`. */
export function resolveEntry(path: string, importerUrl: string): URL {
  const extension = importerUrl.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${path}${extension}`, importerUrl);
}
