// Messages between a server and a player: a process that plays the policy of a job in an environment of its user.
import type { EnvironmentOrigin } from '../environments/environment-origin.ts';
import type { WrappersSpec } from '../environments/wrappers/wrappers-spec.ts';
import type { ErrorRecord } from '../errors/error-record.ts';

export type PlayerRequest =
  | {
      readonly type: 'open';
      /** Directory of the model. Newer weights that are written there are taken while the player plays. */
      readonly model: string;
      readonly environment: string;
      /** Where the environment is found; null for a built-in environment. */
      readonly environmentOrigin: EnvironmentOrigin | null;
      readonly wrappers: WrappersSpec;
      readonly seed: number;
    }
  /** Asks for that many steps; each is answered with a `step`. */
  | { readonly type: 'advance'; readonly steps: number };

export type PlayerReport =
  /** A PlayedStepRecord as JSON in one line. */
  | { readonly type: 'step'; readonly text: string }
  /** Nothing follows. */
  | { readonly type: 'failed'; readonly error: ErrorRecord };
