// How much of what returns differ by a critic foresees.

/** The rows of a judged rollout. */
export interface JudgedRows {
  /** R − V of each row. */
  readonly advantages: Float32Array;
  /** R of each row. */
  readonly returns: Float32Array;
}

/** 1 − Var(R − V) / Var(R) over the first `rows` rows; NaN where all returns are the same. */
export function explainVariance({ advantages, returns }: JudgedRows, rows: number): number {
  let errorSum = 0;
  let errorSquares = 0;
  let returnSum = 0;
  let returnSquares = 0;
  // Distances from the first keep the sums of squares exact where all values are large and alike.
  const firstError = advantages[0]!;
  const firstReturn = returns[0]!;
  for (let row = 0; row < rows; row += 1) {
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
