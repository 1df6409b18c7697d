// Absence report: tells the master that a worker waits for worlds of remote environments, so that rounds and checkpoints
// go on without it. Short absences are not reported.

const reportAfterMs = 500;

export class AbsenceReport {
  #send: ((isPresent: boolean) => void) | null = null;
  #isReported = false;
  #isAbsent = false;
  #timer: NodeJS.Timeout | undefined;

  /** Gives it the function that sends a report. */
  begin(send: (isPresent: boolean) => void): void {
    this.#send = send;
  }

  note(isAbsent: boolean): void {
    if (isAbsent === this.#isAbsent) return;
    this.#isAbsent = isAbsent;
    clearTimeout(this.#timer);
    if (isAbsent) {
      this.#timer = setTimeout(() => {
        this.#isReported = true;
        this.#send?.(false);
      }, reportAfterMs);
    } else if (this.#isReported) {
      this.#isReported = false;
      this.#send?.(true);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#send = null;
  }
}
