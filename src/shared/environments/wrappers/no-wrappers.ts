import type { WrappersSpec } from './wrappers-spec.ts';

/** Wrappers that change nothing. They are apart from the schema, because threads must not load zod. */
export const noWrappers: WrappersSpec = { atari: false, actionRepeat: 1, frameStack: 1, timeLimit: null };
