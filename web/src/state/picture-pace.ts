// Pace of a live page. Each picture costs time that a job on the same machine would train in, so what arrives within a
// second is shown together, and nothing is drawn while nobody sees the page.

/** Minimum time between two pictures. */
export const pictureIntervalMs = 1_000;

/** The part of `document` that says whether somebody sees the page. */
interface Page {
  readonly hidden: boolean;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

export class PicturePace {
  readonly #page: Page;
  readonly #draw: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #lastMs = -Infinity;

  constructor(page: Page, draw: () => void) {
    this.#page = page;
    this.#draw = draw;
  }

  /** Draws soon: at once if the last picture is old enough. */
  request(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    if (this.#page.hidden) this.#page.addEventListener('visibilitychange', this.#show);
    else this.#timer = setTimeout(this.#show, this.#lastMs + pictureIntervalMs - performance.now());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#page.removeEventListener('visibilitychange', this.#show);
  }

  readonly #show = (): void => {
    if (this.#page.hidden) {
      this.#page.addEventListener('visibilitychange', this.#show);
      return;
    }
    this.stop();
    this.#isDue = false;
    this.#lastMs = performance.now();
    this.#draw();
  };
}
