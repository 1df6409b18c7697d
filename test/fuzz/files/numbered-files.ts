// Files of an artifact that contain the number of their write, so that a mixture of two writes is detected.

/** Large enough that a write takes a while. */
const weightCount = 40_000;

export function createNumberedFiles(number: number): Map<string, Uint8Array> {
  return new Map([
    ['model.json', new TextEncoder().encode(JSON.stringify({ number }))],
    ['weights.bin', new Uint8Array(new Float64Array(weightCount).fill(number).buffer)],
  ]);
}

/** The write that all files come from; throws where they differ. */
export function readNumber(files: ReadonlyMap<string, Uint8Array>): number {
  const weights = new Float64Array(Uint8Array.from(files.get('weights.bin') ?? []).buffer);
  const [number = Number.NaN] = weights;
  const text = new TextDecoder().decode(files.get('model.json'));
  if (weights.length !== weightCount || !weights.every((weight) => weight === number))
    throw new Error('the weights are of several writes');
  if (text !== JSON.stringify({ number })) throw new Error(`weights of ${number} stand beside ${text}`);
  return number;
}
