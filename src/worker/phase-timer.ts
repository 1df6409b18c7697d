// Timer of a worker's phases (acting, stepping environments, learning, waiting), measured in a sample of its rollouts.
import { workerPhases, type WorkerPhase } from '../shared/measures/measures.ts';

/** After a timed rollout, rollouts are skipped for about PAUSE_MS milliseconds, but at most MAX_PAUSE rollouts. */
const PAUSE_MS = 10;
const MAX_PAUSE = 63;

const noTimes = new Float64Array(workerPhases.length);

/**
 * Times whole cycles, from one `beginRollout` to the next: the rollout, the learning from it, and the waiting for the
 * master. Reading the clock at every step would slow down short rollouts, so only some cycles are timed; the others do
 * not read the clock. A timed cycle also stands for the cycles skipped before it: its times are multiplied by their
 * number.
 */
export class PhaseTimer {
  readonly #now: () => number;
  readonly #times = new Float64Array(workerPhases.length);
  readonly #finished = new Float64Array(workerPhases.length);
  #isFinishedNew = false;
  #isTiming = false;
  #phase: WorkerPhase = 'learning';
  #phaseBeganAt = 0;
  /** Number of cycles skipped between two timed ones, and how many of them are left. */
  #pause = 0;
  #pauseLeft = 0;

  /** `now` is the time of any monotonic clock, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Ends a cycle and starts the next one, in the phase `learning`. Returns whether it is timed. */
  beginRollout(): boolean {
    if (this.#isTiming) this.#finish();
    this.#isTiming = this.#pauseLeft === 0;
    if (!this.#isTiming) {
      this.#pauseLeft -= 1;
      return false;
    }
    this.#phase = 'learning';
    this.#phaseBeganAt = this.#now();
    return true;
  }

  /** Starts the next phase of the worker. */
  enter(phase: WorkerPhase): void {
    if (this.#isTiming) this.#leaveFor(phase);
  }

  /**
   * Milliseconds of each phase of the cycle timed last, in the order of workerPhases; zeros if they were already taken.
   * A cycle ends only when the next one starts, so its times are sent with a later gradient.
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
