// Every relative link of the documents leads to a file that is there, and to a heading in it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

function listPages(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(directory, name));
}

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples', 'bench'].flatMap(listPages),
];

/** The text without code, where brackets are no links. */
function readProse(path: string): string {
  return readFileSync(join(root, path), 'utf8')
    .replaceAll(/^ *(```+)[^`\n]*\n.*?^ *\1 *$/gms, '')
    .replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, (code) => 'x'.repeat(code.length));
}

/** Anchors as GitHub makes them: in lower case, without punctuation, with hyphens for spaces; repeated ones are numbered. */
function listAnchors(path: string): Set<string> {
  const text = readFileSync(join(root, path), 'utf8').replaceAll(/^ *(```+)[^`\n]*\n.*?^ *\1 *$/gms, '');
  const counts = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

function findBrokenLinks(page: string): string[] {
  const links = [...readProse(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#', 2);
    const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
    if (relative(root, join(root, target)).startsWith('..') || !existsSync(join(root, target))) return true;
    if (anchor === undefined) return false;
    return !statSync(join(root, target)).isFile() || !listAnchors(target).has(anchor);
  });
}

it('finds the documents and their links', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/guides/production.md']));
});

it.each(pages)('%s has only links that lead somewhere', (page) => {
  expect(findBrokenLinks(page)).toEqual([]);
});

it('docs/README.md lists every document', () => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const documents = listPages('docs').filter((page) => page !== 'docs/README.md');
  expect(documents.filter((page) => !index.includes(`](${relative('docs', page)})`))).toEqual([]);
});
