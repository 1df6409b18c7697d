// Delay of the event loop, as a mean over the last second.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const sampleMs = 1_000;
const nanosecondsPerMs = 1e6;

export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #timer: NodeJS.Timeout;
  #meanMs = 0;

  constructor() {
    this.#histogram.enable();
    this.#timer = setInterval(() => {
      this.#sample();
    }, sampleMs);
    this.#timer.unref();
  }

  get meanMs(): number {
    return this.#meanMs;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #sample(): void {
    const { mean } = this.#histogram;
    // Without any measurement, the loop was blocked all the time.
    this.#meanMs = Number.isNaN(mean) ? Infinity : Math.max(0, mean / nanosecondsPerMs - resolutionMs);
    this.#histogram.reset();
  }
}
