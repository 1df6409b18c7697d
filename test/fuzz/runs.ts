// Number of runs of property tests; the only place that reads FUZZ_RUNS.

const longRuns = Number(process.env.FUZZ_RUNS ?? Number.NaN);
const isLong = Number.isSafeInteger(longRuns) && longRuns > 0;

/** Time for one property test, and for the hooks around it. */
export const fuzzTimeoutMs = isLong ? 60 * 60_000 : 180_000;

/**
 * Runs of a property: half of `short` in the suite. FUZZ_RUNS says how many the cheapest ones do instead, and the others do
 * as many as take as long.
 */
export function countRuns(short: number): number {
  return isLong ? Math.max(short, Math.round((longRuns * short) / cheapestRuns)) : Math.ceil(short / 2);
}

/** What the cheapest properties have. */
const cheapestRuns = 500;
