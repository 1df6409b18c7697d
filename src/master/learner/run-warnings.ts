// Warnings of a run: signs that something is wrong with its training.
import { countLocalWorkers } from '../../shared/job/count-local-workers.ts';
import type { JobWarning } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { refusalAdvice } from './gradients-refused-error.ts';

/** Counts that warnings are based on. */
export interface RunCounts {
  readonly steps: number;
  readonly episodes: number;
  readonly appliedGradients: number;
  readonly refusedGradients: number;
  /** How long a worker has been waiting for its environment; 0: none waits. */
  readonly waitingSeconds: number;
}

/** Steps of each environment within which an episode should end; evaluations cut episodes off there too. */
const LONG_EPISODE_STEPS = 10_000;
/** Workers for each core above which they mostly wait for each other. */
const MANY_WORKERS_PER_CORE = 4;
/** Longer than an evaluation with the only world of a remote environment usually takes. */
const LONG_WAIT_SECONDS = 10;
const MANY_REFUSED = 10;
const LARGE_REFUSED_SHARE = 0.1;

export class RunWarnings {
  readonly #localWorkers: number;
  readonly #cores: number;
  readonly #environments: number;
  readonly #warn: (warning: JobWarning) => void;
  readonly #given = new Set<string>();

  /** `warn` is called once for each kind of warning. */
  constructor(
    spec: Pick<JobSpec, 'workers' | 'remoteWorkers' | 'environmentsPerWorker'>,
    cores: number,
    warn: (warning: JobWarning) => void,
  ) {
    this.#localWorkers = countLocalWorkers(spec);
    this.#cores = cores;
    this.#environments = spec.workers * spec.environmentsPerWorker;
    this.#warn = warn;
  }

  /** Checks a run that continues or is over. */
  check(counts: RunCounts, isOver: boolean): void {
    const { steps, episodes, appliedGradients: applied, refusedGradients: refused } = counts;
    if (this.#localWorkers > MANY_WORKERS_PER_CORE * this.#cores) {
      this.#give(
        'MANY_WORKERS',
        `${this.#localWorkers} workers share ${this.#cores} cores: gradients become staler, and training does not become faster; ` +
          'use environmentsPerWorker to take more steps at once',
      );
    }
    const isLong = isOver ? steps > 0 : steps >= LONG_EPISODE_STEPS * this.#environments;
    if (episodes === 0 && isLong) {
      this.#give(
        'NO_EPISODE_ENDED',
        `no episode has ended in ${steps} steps of ${this.#environments} environments, so there are no returns to ` +
          'average or to compare with targetReward; let the environment end its episodes, cut them off with ' +
          'wrappers.timeLimit, or train for longer',
      );
    }
    if (counts.waitingSeconds >= LONG_WAIT_SECONDS) {
      this.#give(
        'WAITS_FOR_ENVIRONMENT',
        `a worker has been waiting for ${Math.floor(counts.waitingSeconds)} s: the job wants ${this.#environments} worlds of its ` +
          'remote environment at once; connect more peers, or post it with fewer workers × environmentsPerWorker',
      );
    }
    if (refused >= MANY_REFUSED && refused >= LARGE_REFUSED_SHARE * (applied + refused)) {
      this.#give(
        'MANY_GRADIENTS_REFUSED',
        `${refused} of the first ${applied + refused} gradients were not finite and were not applied; ${refusalAdvice}`,
      );
    }
  }

  #give(code: string, message: string): void {
    if (this.#given.has(code)) return;
    this.#given.add(code);
    this.#warn({ code, message });
  }
}
