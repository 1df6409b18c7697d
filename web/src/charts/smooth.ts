// Smoothing of a curve that is drawn beside it.

/**
 * Exponential moving average with `weight` (0 to 1) for the past, corrected for its start, where there is no past (Kingma
 * & Ba 2015, section 3).
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0;
  let total = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return sum / total;
  });
}
