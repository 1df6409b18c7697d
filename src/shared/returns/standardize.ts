const EPSILON = 1e-8;

/** Scales the first `length` numbers to mean 0 and standard deviation 1. A single number does not change. */
export function standardize(numbers: Float32Array, length: number): void {
  if (length < 2) return;
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += numbers[index]!;
  const mean = sum / length;
  let squares = 0;
  for (let index = 0; index < length; index += 1) squares += (numbers[index]! - mean) ** 2;
  const factor = 1 / (Math.sqrt(squares / length) + EPSILON);
  for (let index = 0; index < length; index += 1) numbers[index] = (numbers[index]! - mean) * factor;
}
