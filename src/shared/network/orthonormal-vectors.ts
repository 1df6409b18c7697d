// Orthonormal vectors as near to uniformly drawn as numbers allow: modified Gram–Schmidt on normal numbers. What it
// takes grows with the square of their count.
import type { Random } from '../random/random.ts';

/** What drawing them takes, in multiplications up to a factor. */
export function measureDrawing(count: number, length: number): number {
  return count ** 2 * length;
}

/** `count` vectors, no more than their length, of unit norm and at right angles to each other. */
export function drawOrthonormal(count: number, length: number, random: Random): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = new Float64Array(length);
    for (let index = 0; index < length; index += 1) vector[index] = random.nextNormal();
    // Twice is enough: one pass leaves rounding errors that grow with the number of vectors.
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

/** Math.hypot of all elements, to the last bit, without a call that has each of them as an argument. */
function measureNorm(vector: Float64Array): number {
  let largest = 0;
  for (const element of vector) largest = Math.max(largest, Math.abs(element));
  if (largest === 0) return 0;
  // Kahan's sum.
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
