// Watch over slow readers: a reader that takes too little for too long is disconnected, because the server keeps the
// data that it has not taken.

export interface StallRules {
  readonly stallLimitMs: number;
  /** Called if the reader has not asked for the next piece in time; must close the connection. */
  readonly onStall: () => void;
}

/** Yields the same pieces. A reader with free space asks for the next piece at once. */
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
