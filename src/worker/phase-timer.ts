// Stopwatch of a worker: how long it acts, steps environments, learns and waits, measured in a few of its rollouts.
import { workerPhases, type WorkerPhase } from '../shared/measures/measures.ts';

/** After a rollout that is timed, those of about this many milliseconds are not, or so many of them if that is sooner. */
const PAUSE_MS = 10;
const MAX_PAUSE = 63;

const noTimes = new Float64Array(workerPhases.length);

/**
 * Times whole cycles, from one `beginRollout` to the next: the rollout, what is learned from it, and the waiting for the
 * answer. Reading the clock at every step would slow short rollouts down, so only some cycles are timed, and the clock is
 * not read in others. Each timed one stands for those left out before it too: its times are multiplied by their number.
 */
export class PhaseTimer {
  readonly #now: () => number;
  readonly #times = new Float64Array(workerPhases.length);
  readonly #finished = new Float64Array(workerPhases.length);
  #isFinishedNew = false;
  #isTiming = false;
  #phase: WorkerPhase = 'learning';
  #phaseBeganAt = 0;
  /** Cycles left out between two timed ones, and those of them that are still to come. */
  #pause = 0;
  #pauseLeft = 0;

  /** `now` is any monotonic clock's reading in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Ends a cycle and begins the next, in the phase `learning`. */
  beginRollout(): void {
    if (this.#isTiming) this.#finish();
    this.#isTiming = this.#pauseLeft === 0;
    if (!this.#isTiming) {
      this.#pauseLeft -= 1;
      return;
    }
    this.#phase = 'learning';
    this.#phaseBeganAt = this.#now();
  }

  /** What the worker does from now on. */
  enter(phase: WorkerPhase): void {
    if (this.#isTiming) this.#leaveFor(phase);
  }

  /**
   * Milliseconds of each phase, in the order of workerPhases, of the cycle that was timed last; zeros if it was taken
   * before. A cycle is complete only when the next one begins, so its times travel with a later gradient.
   */
  takeTimes(): Float64Array {
    if (!this.#isFinishedNew) return noTimes;
    this.#isFinishedNew = false;
    return this.#finished;
  }

  #leaveFor(phase: WorkerPhase): void {
    const now = this.#now();
    this.#times[workerPhases.indexOf(this.#phase)]! += now - this.#phaseBeganAt;
    this.#phase = phase;
    this.#phaseBeganAt = now;
  }

  #finish(): void {
    this.#leaveFor('learning');
    const cycles = this.#pause + 1;
    let duration = 0;
    for (let phase = 0; phase < workerPhases.length; phase += 1) {
      duration += this.#times[phase]!;
      this.#finished[phase] = this.#times[phase]! * cycles;
    }
    this.#times.fill(0);
    this.#isFinishedNew = true;
    this.#pause = Math.min(Math.floor(PAUSE_MS / duration), MAX_PAUSE);
    this.#pauseLeft = this.#pause;
  }
}
