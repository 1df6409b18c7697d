// Text filter for clients: removes stacks and absolute paths from texts that were written for the server's log.
import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Makes a text safe for clients. A safe text stays the same. */
export type ClientText = (text: string) => string;

const ownUrl = new URL('..', import.meta.url);
const ownDirectories = [ownUrl.href, fileURLToPath(ownUrl)];

/**
 * Makes paths below the given directories relative, and cuts other paths to their last part. Keeps only one place of
 * a stack: the first in code that is not this package's own, which the author of an environment needs.
 */
export function createClientText(directories: readonly string[]): ClientText {
  const roots = directories.flatMap(findSpellings).sort((one, other) => other.length - one.length);
  const patterns = roots.map((root) => new RegExp(`${pathStart}${escapePattern(root)}`, 'g'));
  return (text) => {
    let safe = foldStacks(text);
    for (const pattern of patterns) safe = safe.replace(pattern, '');
    return safe.replace(enclosedPath, shortenEnclosed).replace(path, takeLastPart);
  };
}

/** Lists the path as it was given and as Node names modules in it. A file stands for its directory. */
function findSpellings(given: string): string[] {
  const absolute = resolve(given);
  const found = statSync(absolute, { throwIfNoEntry: false });
  const directory = found?.isFile() ? dirname(absolute) : absolute;
  const real = found ? realpathSync(directory) : directory;
  const plain = [...new Set([directory, real])].filter((name) => name !== dirname(name));
  return plain.flatMap((name) => [`${pathToFileURL(name).href}/`, name + sep]);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const isFrame = /^\s+at \S/;
const placeOfFrame = /((?:file:\/\/|\/|[a-z]:[\\/])[^()]*:\d+:\d+)\)?$/i;

/** Replaces each stack by its first place in the user's code. */
function foldStacks(text: string): string {
  const lines: string[] = [];
  let hasPlace = false;
  for (const line of text.split('\n')) {
    if (!isFrame.test(line)) {
      lines.push(line);
      hasPlace = false;
      continue;
    }
    const place = placeOfFrame.exec(line)?.[1];
    if (hasPlace || place === undefined || !isUsers(place)) continue;
    hasPlace = true;
    const last = lines.pop() ?? '';
    lines.push(last.includes(place) ? last : `${last} (${place})`);
  }
  return lines.join('\n');
}

function isUsers(place: string): boolean {
  return !ownDirectories.some((own) => place.startsWith(own)) && !/[\\/]node_modules[\\/]/.test(place);
}

/** A path does not start within a word or another path, nor after an HTTP method, as in the hint `GET /docs`. */
const pathStart = String.raw`(?<![\w.~/\\%-])(?<!\b(?:GET|HEAD|POST|PUT|DELETE|OPTIONS) )`;
const pathHead = String.raw`(?:file:\/\/|\/(?!\/)|[a-z]:[\\/]|\\\\)`;
const path = new RegExp(String.raw`${pathStart}${pathHead}[^\s"'\`()\[\]{}<>,;:|]+`, 'gi');
/** In quotes, or as a place in parentheses, a path may contain spaces. */
const enclosedPath = new RegExp(
  String.raw`(["'\`])(${pathHead}[^"'\`\n]*)\1|\((${pathHead}[^()\n]*)(:\d+:\d+)\)`,
  'gi',
);

function shortenEnclosed(...[, quote = '', quoted = '', placed = '', position = '']: string[]): string {
  return quote === '' ? `(${takeLastPart(placed)}${position})` : quote + takeLastPart(quoted) + quote;
}

function takeLastPart(found: string): string {
  return found.split(/[\\/]/).findLast((part) => part !== '') ?? found;
}
