// Explained variance: how well a critic predicts returns.

/** Rows of a rollout with advantages and returns. */
export interface JudgedRows {
  /** R − V of each row. */
  readonly advantages: Float32Array;
  /** R of each row. */
  readonly returns: Float32Array;
}

/** Returns 1 − Var(R − V) / Var(R) over the first `rows` rows; NaN if all returns are equal. */
export function explainVariance({ advantages, returns }: JudgedRows, rows: number): number {
  let errorSum = 0;
  let errorSquares = 0;
  let returnSum = 0;
  let returnSquares = 0;
  // The first row adds nothing. Differences from its values keep the sums of squares exact if all values are large and similar.
  const firstError = advantages[0]!;
  const firstReturn = returns[0]!;
  for (let row = 1; row < rows; row += 1) {
    const error = advantages[row]! - firstError;
    const value = returns[row]! - firstReturn;
    errorSum += error;
    errorSquares += error * error;
    returnSum += value;
    returnSquares += value * value;
  }
  const returnVariance = returnSquares - (returnSum * returnSum) / rows;
  if (returnVariance <= 0) return Number.NaN;
  return 1 - (errorSquares - (errorSum * errorSum) / rows) / returnVariance;
}
