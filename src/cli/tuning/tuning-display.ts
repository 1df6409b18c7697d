// Display of `a3c tune`: text for people, or JSON lines for programs.
import type { Rung } from '../../shared/tuning/successive-halving.ts';
import type { TunedSettings, TuningListener } from '../../master/tuning/tune.ts';

export interface SearchPlan {
  readonly environment: string;
  readonly seed: number;
  readonly rungs: readonly Rung[];
}

export interface TuningDisplay extends TuningListener {
  begin(plan: SearchPlan): void;
  /** Null if the search was interrupted before any trial had a score. */
  finish(best: TunedSettings | null): void;
}
