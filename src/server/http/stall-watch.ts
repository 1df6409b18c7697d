// Gives readers up that take too little for too long: what they have not taken is kept for them.

export interface StallRules {
  readonly stallLimitMs: number;
  /** Called when the reader has not come back for the next piece in time; it closes the connection. */
  readonly onStall: () => void;
}

/** The same pieces, watched; whoever has room for more comes back at once. */
export async function* watchReader<Piece>(
  pieces: AsyncIterable<Piece>,
  { stallLimitMs, onStall }: StallRules,
): AsyncGenerator<Piece, void, undefined> {
  let stall: NodeJS.Timeout | undefined;
  try {
    for await (const piece of pieces) {
      stall = setTimeout(onStall, stallLimitMs);
      yield piece;
      clearTimeout(stall);
    }
  } finally {
    clearTimeout(stall);
  }
}
