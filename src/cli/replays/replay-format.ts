// Kinds of replays, by the ending of their file.

export const replayFormats = ['gif', 'html'] as const;
export type ReplayFormat = (typeof replayFormats)[number];

/** Returns null for another ending. */
export function findReplayFormat(path: string): ReplayFormat | null {
  const name = path.toLowerCase();
  return replayFormats.find((format) => name.endsWith(`.${format}`)) ?? null;
}
