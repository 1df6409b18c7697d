// "Did you mean": the names that were probably meant by one that does not exist.
import leven from 'leven';
import { stableBaselines3Names, usualNames } from './other-names.ts';

const otherNames: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ ...usualNames, ...stableBaselines3Names }).map(([name, paths]) => [simplify(name), paths]),
);

/** A shorter prefix fits too many names. */
const minPrefixLength = 3;
/** Longer than any name. */
const maxNameLength = 100;
/** One mistake is allowed for so many letters of a name. */
const lettersPerMistake = 3;

interface Candidate {
  /** What is suggested. */
  readonly path: string;
  /** What is compared. */
  readonly name: string;
}

/**
 * Returns the paths of the fields that were probably meant by a path such as `learning_rate`: usually one, several where
 * another library has one name for them, none if nothing is similar.
 */
export function suggestFields(unknown: string, paths: readonly string[]): readonly string[] {
  if (unknown.length > maxNameLength) return [];
  const parent = unknown.slice(0, unknown.lastIndexOf('.') + 1);
  const name = simplify(unknown.slice(parent.length));
  // Fields of the same object come first, then shorter paths.
  const candidates = listPaths(paths)
    .map((path) => ({ path, name: simplify(path.slice(path.lastIndexOf('.') + 1)) }))
    .sort((a, b) => rank(a.path, parent) - rank(b.path, parent) || a.path.length - b.path.length);
  const renamed = findRenamed(name, candidates);
  // Another library's name may be one of ours too, for a part of what it means there.
  if (parent === '' && renamed.length > 0) return renamed;
  const exact = candidates.find((one) => one.name === name || simplify(one.path) === simplify(unknown));
  if (exact) return [exact.path];
  if (renamed.length > 0) return renamed;
  return toList(findBeginning(name, candidates) ?? findNearest(name, candidates));
}

/** Returns the choice that was probably meant by another value; null if none is similar. */
export function suggestChoice(value: string, choices: readonly string[]): string | null {
  if (value.length > maxNameLength) return null;
  const name = simplify(value);
  const candidates = choices.map((choice) => ({ path: choice, name: simplify(choice) }));
  const exact = candidates.find((one) => one.name === name);
  return exact?.path ?? findBeginning(name, candidates) ?? findNearest(name, candidates);
}

function findRenamed(name: string, candidates: readonly Candidate[]): readonly string[] {
  const meant = new Set((otherNames.get(name) ?? []).map(simplify));
  return candidates.filter(({ path }) => meant.has(simplify(path))).map(({ path }) => path);
}

function findBeginning(name: string, candidates: readonly Candidate[]): string | null {
  if (name.length < minPrefixLength) return null;
  return candidates.find((one) => one.name.startsWith(name))?.path ?? null;
}

function findNearest(name: string, candidates: readonly Candidate[]): string | null {
  let nearest: string | null = null;
  let leastDistance = Math.floor(name.length / lettersPerMistake) + 1;
  for (const candidate of candidates) {
    const distance = leven(name, candidate.name);
    if (distance >= leastDistance) continue;
    nearest = candidate.path;
    leastDistance = distance;
  }
  return nearest;
}

/** Lists the fields and the objects that contain them. */
function listPaths(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const parts = path.split('.');
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  });
  return [...new Set(all)];
}

function rank(path: string, parent: string): number {
  return path.slice(0, path.lastIndexOf('.') + 1) === parent ? 0 : 1;
}

/** Removes differences of spelling style (case, dashes, underscores, dots). */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[-_.]/g, '');
}

function toList(path: string | null): readonly string[] {
  return path === null ? [] : [path];
}
