// Messages between a server and the process that plays the episodes of an evaluation.
import type { EnvironmentOrigin } from '../environments/environment-origin.ts';
import type { WrappersSpec } from '../environments/wrappers/wrappers-spec.ts';
import type { ErrorRecord } from '../errors/error-record.ts';

/** The only request of such a process. */
export interface EpisodesRequest {
  /** Directory of the model. */
  readonly model: string;
  readonly environment: string;
  /** Where the environment is found; null for a built-in environment. */
  readonly environmentOrigin: EnvironmentOrigin | null;
  readonly wrappers: WrappersSpec;
  readonly episodes: number;
  readonly seed: number;
  readonly deterministic: boolean;
  /** The process says at this interval that it makes progress, while its environments step. */
  readonly everyMs: number;
}

export type EpisodesReport =
  /** The environment is loaded and the weights are read. */
  | { readonly type: 'started'; readonly trainingSteps: number }
  | { readonly type: 'stepped' }
  /** The next episodes, in order. */
  | { readonly type: 'episodes'; readonly returns: readonly number[]; readonly lengths: readonly number[] }
  /** The last report of a process that has played everything. */
  | { readonly type: 'finished' }
  /** Nothing follows. */
  | { readonly type: 'failed'; readonly error: ErrorRecord };
