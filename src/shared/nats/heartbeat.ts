// Heartbeat of masters and remote workers: each says regularly that it lives.

export const beatMs = 1_000;
/** Whoever was not heard for this long is gone. */
export const lostAfterMs = 6_000;
