// Signal that remembers a change until somebody waits for it.
export class ChangeSignal {
  #hasChanged = false;
  #wake: (() => void) | null = null;

  notify(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }

  /** Resolves with true when something has changed since the last call, or with false after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<boolean> {
    if (!this.#hasChanged) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.#wake = null;
    }
    const hasChanged = this.#hasChanged;
    this.#hasChanged = false;
    return hasChanged;
  }
}
