// Metrics reports from a master to its server. A new report waits until the server has taken the last one, so that a
// suspended server does not fill the masters' memory.
import type { TrainingFigures } from '../shared/job/job.ts';
import type { EpisodeRecord, MasterMessage } from '../shared/protocol/messages.ts';

/** Maximum number of curve points that wait for a report. Above it, every second one is dropped. */
const maxWaitingPoints = 1_000;

export class FiguresReports {
  readonly #send: (message: MasterMessage, onTaken: () => void) => void;
  #curve: TrainingFigures[] = [];
  #isWaiting = false;
  /** Newest metrics that were not reported because of that. */
  #newest: TrainingFigures | null = null;

  /** `send` calls back when the message has left this process. */
  constructor(send: (message: MasterMessage, onTaken: () => void) => void) {
    this.#send = send;
  }

  addPoint(figures: TrainingFigures): void {
    this.#curve.push(figures);
    if (this.#curve.length > maxWaitingPoints)
      this.#curve = this.#curve.filter((_, index) => index % 2 === 1);
  }

  /** Sends a report, unless the last one has not been taken yet. Then the next report includes this one's points. */
  report(figures: TrainingFigures, episodes: readonly EpisodeRecord[]): void {
    this.#newest = figures;
    if (this.#isWaiting) return;
    this.#newest = null;
    this.#isWaiting = true;
    const curve = this.#curve;
    this.#curve = [];
    this.#send({ type: 'figures', figures, curve, episodes }, () => {
      this.#isWaiting = false;
    });
  }

  /**
   * Sends the newest metrics if they still wait, without points or episodes, because the next message refers to them.
   */
  catchUp(): void {
    if (this.#newest === null) return;
    this.#send({ type: 'figures', figures: this.#newest, curve: [], episodes: [] }, () => undefined);
    this.#newest = null;
  }
}
