// Orthonormal vectors, nearly uniformly distributed: modified Gram–Schmidt on normal numbers. The cost grows with the
// square of their count.
import type { Random } from '../random/random.ts';

/** Estimates the cost of drawing them, in multiplications up to a constant factor. */
export function estimateDrawingCost(count: number, length: number): number {
  return count ** 2 * length;
}

/** Draws `count` orthonormal vectors; `count` must not exceed their length. */
export function drawOrthonormal(count: number, length: number, random: Random): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = new Float64Array(length);
    for (let index = 0; index < length; index += 1) vector[index] = random.nextNormal();
    // Two passes, because one leaves rounding errors that grow with the number of vectors.
    for (let pass = 0; pass < 2; pass += 1) for (const other of vectors) subtractProjection(vector, other);
    const norm = measureNorm(vector);
    if (norm > 1e-6) vectors.push(vector.map((element) => element / norm));
  }
  return vectors;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  let product = 0;
  for (let index = 0; index < vector.length; index += 1) product += vector[index]! * unit[index]!;
  for (let index = 0; index < vector.length; index += 1) vector[index]! -= product * unit[index]!;
}

/** Computes Math.hypot of all elements, to the last bit, without passing each of them as an argument. */
function measureNorm(vector: Float64Array): number {
  let largest = 0;
  for (const element of vector) largest = Math.max(largest, Math.abs(element));
  if (largest === 0) return 0;
  // Kahan summation.
  let sum = 0;
  let compensation = 0;
  for (const element of vector) {
    const ratio = Math.abs(element) / largest;
    const summand = ratio * ratio - compensation;
    const next = sum + summand;
    compensation = next - sum - summand;
    sum = next;
  }
  return Math.sqrt(sum) * largest;
}
