// Where a replay is, and how it goes on with time.

export interface PlayerOptions {
  /** Number of steps. */
  readonly length: number;
  readonly stepsPerSecond: number;
  readonly onChange: () => void;
}

/** A page that was in the background does not catch up for longer than this. */
const maxFrameSeconds = 0.25;

export class Player {
  index = 0;
  isPlaying = false;
  #speed = 1;
  readonly #options: PlayerOptions;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  /** Plays, from the beginning again if it is at the end; or pauses. */
  toggle(): void {
    this.isPlaying = !this.isPlaying;
    if (this.isPlaying) {
      if (this.index >= this.#options.length - 1) this.index = 0;
      this.#play();
    }
    this.#options.onChange();
  }

  /** Goes to a step, or to the nearest that there is, and pauses. */
  go(index: number): void {
    this.isPlaying = false;
    this.#move(index);
    this.#options.onChange();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
  }

  #move(index: number): void {
    this.index = Math.max(0, Math.min(this.#options.length - 1, index));
  }

  #play(): void {
    let due = 0;
    let before = performance.now();
    const advance = (now: number): void => {
      if (!this.isPlaying) return;
      due += Math.min(maxFrameSeconds, (now - before) / 1000) * this.#options.stepsPerSecond * this.#speed;
      before = now;
      const steps = Math.floor(due);
      due -= steps;
      if (steps > 0) {
        this.#move(this.index + steps);
        this.isPlaying = this.index < this.#options.length - 1;
        this.#options.onChange();
      }
      requestAnimationFrame(advance);
    };
    requestAnimationFrame(advance);
  }
}
