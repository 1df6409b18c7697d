// Which seeds of a row the command line asks for.

/** The seeds of --only, or 1 to --seeds, or 1 to the row's number. Throws if a word is no whole number from 1. */
export function listSeeds(
  { seeds, only }: { readonly seeds?: string | undefined; readonly only?: string | undefined },
  seedsOfRow: number,
): number[] {
  if (only !== undefined) {
    const words = only.split(',');
    if (!words.every(isCount)) throw new RangeError(`--only takes seeds from 1, as in 3,4, not ${only}`);
    return [...new Set(words.map(Number))];
  }
  const count = seeds === undefined ? seedsOfRow : readCount('--seeds', seeds);
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A whole number from 1 that an option has. Throws with the option's name if it is none. */
export function readCount(option: string, word: string): number {
  if (!isCount(word)) throw new RangeError(`${option} takes a whole number from 1, not ${word}`);
  return Number(word);
}

function isCount(word: string): boolean {
  return /^[1-9]\d{0,8}$/.test(word);
}
