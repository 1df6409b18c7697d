// What a master tells its server of how training goes, at the pace at which the server takes it: one that is suspended
// must not make its masters remember everything until it wakes.
import type { TrainingFigures } from '../shared/job/job.ts';
import type { EpisodeRecord, MasterMessage } from '../shared/protocol/messages.ts';

/** Points of the learning curve that wait for one report at most; then every second one is left out. */
const maxWaitingPoints = 1_000;

export class FiguresReports {
  readonly #send: (message: MasterMessage, onTaken: () => void) => void;
  #curve: TrainingFigures[] = [];
  #isWaiting = false;
  /** What was not reported because of that. */
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

  /** Reports unless the last report has not been taken yet: then the next one says all. */
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

  /** Reports the newest figures, and only these, where they wait: what follows refers to them. */
  catchUp(): void {
    if (this.#newest === null) return;
    this.#send({ type: 'figures', figures: this.#newest, curve: [], episodes: [] }, () => undefined);
    this.#newest = null;
  }
}
