// Stands for resolve-entry.ts in the bundle (scripts/bundle-programs.ts), where all programs are files of one directory.
const root = new URL('../../', import.meta.url).href;
const bundle = new URL('../../bundle/', import.meta.url);

/** Returns the entry file of another program, for the URL that its importer has outside of the bundle. */
export function resolveEntry(path: string, importerUrl: string): URL {
  const place = new URL(`${path}.js`, importerUrl).href.slice(root.length);
  return new URL(place.replaceAll('/', '-'), bundle);
}
