// Delay of the event loop, as a mean over the last second.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const sampleMs = 1_000;
const nanosecondsPerMs = 1e6;

export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #timer: NodeJS.Timeout;
  #meanMs = 0;
  #sampledAt = performance.now();

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
    const now = performance.now();
    // Without any measurement, the loop was blocked all the time since the last sample.
    this.#meanMs = Number.isNaN(mean)
      ? now - this.#sampledAt
      : Math.max(0, mean / nanosecondsPerMs - resolutionMs);
    this.#sampledAt = now;
    this.#histogram.reset();
  }
}
