// Settings of a run. Some of them may be changed while it trains, so its parts read them here at each use.
import type { JobSpec } from '../shared/job/job-spec.ts';

export interface CurrentSettings {
  /** The spec as it is now. */
  readonly spec: JobSpec;
}

export class RunSettings implements CurrentSettings {
  #spec: JobSpec;

  constructor(spec: JobSpec) {
    this.#spec = spec;
  }

  get spec(): JobSpec {
    return this.#spec;
  }

  /** Replaces the spec. Only the fields of `changeableFields` may be different. */
  change(spec: JobSpec): void {
    this.#spec = spec;
  }
}
