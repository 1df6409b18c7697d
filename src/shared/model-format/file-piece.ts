// Pieces of a file that is made from a model. They name the weights by their place in weights.bin, so that a large
// model can be sent without being held in memory.

/** A piece that is bytes, or that is made of weights. */
export type FilePiece = Uint8Array | WeightPiece;

export interface WeightPiece {
  /** Place in weights.bin, in bytes. */
  readonly offset: number;
  /** Bytes that are read there. */
  readonly sourceBytes: number;
  /** Bytes of the piece. */
  readonly byteLength: number;
  /** Brings the numbers into another order; null if the piece has them as they are. */
  readonly reorder: Reorder | null;
}

/** Returns the numbers of a tensor in the order of another format, in a new array. */
export type Reorder = (values: Float32Array) => Float32Array;

/** Creates a reordering from the place that each number comes from. */
export function reorderBy(findSource: (index: number) => number): Reorder {
  return (values) => {
    const reordered = new Float32Array(values.length);
    for (let index = 0; index < values.length; index += 1)
      reordered[index] = values[findSource(index)] ?? Number.NaN;
    return reordered;
  };
}

/** Joins the pieces to the whole file. `weights` are the bytes of weights.bin. */
export function joinPieces(pieces: readonly FilePiece[], weights: Uint8Array): Uint8Array {
  const file = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let position = 0;
  for (const piece of pieces) {
    file.set(piece instanceof Uint8Array ? piece : readWeightPiece(piece, weights), position);
    position += piece.byteLength;
  }
  return file;
}

function readWeightPiece(piece: WeightPiece, weights: Uint8Array): Uint8Array {
  return convertWeights(piece, weights.subarray(piece.offset, piece.offset + piece.sourceBytes));
}

/** Makes a piece of the bytes that were read at its place in weights.bin. */
export function convertWeights({ reorder }: Pick<WeightPiece, 'reorder'>, source: Uint8Array): Uint8Array {
  if (reorder === null) return source;
  // Copied, because the bytes may not be aligned to 4.
  return new Uint8Array(reorder(new Float32Array(new Uint8Array(source).buffer)).buffer);
}
