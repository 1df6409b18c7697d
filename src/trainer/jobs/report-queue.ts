// Messages of a master that are not reported yet. While NATS is away, progress is joined and only the newest model and
// checkpoint count, so that the queue stays short.
import type { MasterMessage } from '../../shared/protocol/messages.ts';

/** From this length on, messages are joined. */
const maxSeparate = 20;
/** Points of the learning curve in one message; of more, every second one is left out. A point has almost 1 KB. */
const maxCurvePoints = 400;
/** Bytes of the messages in one report. One message of NATS may have 1 MiB by default. */
const maxReportBytes = 384 * 1024;
/** Reports follow each other after this time at least, so that fast jobs do not send hundreds a second. */
const intervalMs = 100;
/** Episodes in one message; only the last ones become events. */
const maxEpisodes = 10;
/** Other messages, such as logs; of more, the oldest are left out. */
const maxMessages = 1_000;

type Figures = Extract<MasterMessage, { type: 'figures' }>;

export class ReportQueue {
  #messages: MasterMessage[] = [];
  readonly #ended: AbortSignal;
  #wake: () => void = () => undefined;
  #lastTakeMs = -intervalMs;

  /** No message follows once `ended` is aborted. */
  constructor(ended: AbortSignal) {
    this.#ended = ended;
    ended.addEventListener('abort', () => {
      this.#wake();
    });
  }

  add(message: MasterMessage): void {
    const fitting = message.type === 'figures' ? { ...message, curve: thin(message.curve) } : message;
    this.#messages = [...this.#makeRoom(message), fitting].slice(-maxMessages);
    this.#wake();
  }

  /**
   * Takes the oldest messages, as many as fit into one report; waits for one if there is none, and for the time of the
   * next report unless the job has ended. Empty when all are taken and none follows.
   */
  async take(): Promise<MasterMessage[]> {
    while (this.#messages.length === 0 && !this.#ended.aborted) await this.#waitForMessage();
    await this.#waitForTurn();
    this.#lastTakeMs = performance.now();
    let bytes = 0;
    const count = this.#messages.findIndex((message) => {
      bytes += Buffer.byteLength(JSON.stringify(message));
      return bytes > maxReportBytes;
    });
    return this.#messages.splice(0, count === -1 ? this.#messages.length : Math.max(1, count));
  }

  /** Waits for the time of the next report, unless the job has ended. */
  async #waitForTurn(): Promise<void> {
    let isDue = false;
    const timer = setTimeout(
      () => {
        isDue = true;
        this.#wake();
      },
      this.#lastTakeMs + intervalMs - performance.now(),
    );
    while (!isDue && !this.#isOver()) await this.#waitForMessage();
    clearTimeout(timer);
  }

  async #waitForMessage(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #isOver(): boolean {
    return this.#ended.aborted || this.#messages.some(({ type }) => type === 'finished' || type === 'failed');
  }

  /** The messages without those that the new one replaces. */
  #makeRoom(message: MasterMessage): MasterMessage[] {
    if (this.#messages.length < maxSeparate) return this.#messages;
    if (message.type === 'figures') return this.#joinFigures();
    return this.#messages.filter((older) => !isReplaced(older, message));
  }

  /** Joins the waiting progress into one message, at the place of the last one. */
  #joinFigures(): MasterMessage[] {
    const figures = this.#messages.filter((message) => message.type === 'figures');
    const last = figures.at(-1);
    if (!last || figures.length < 2) return this.#messages;
    const joined = joinFigures(figures, last);
    return this.#messages.flatMap<MasterMessage>((message) => {
      if (message.type !== 'figures') return [message];
      return message === last ? [joined] : [];
    });
  }
}

/** Whether a newer version of the same model or checkpoint is there. */
function isReplaced(older: MasterMessage, newer: MasterMessage): boolean {
  if (older.type === 'checkpoint') return newer.type === 'checkpoint';
  return older.type === 'model' && newer.type === 'model' && older.model === newer.model;
}

function joinFigures(messages: readonly Figures[], last: Figures): Figures {
  return {
    type: 'figures',
    figures: last.figures,
    curve: thin(messages.flatMap(({ curve }) => curve)),
    episodes: messages.flatMap(({ episodes }) => episodes).slice(-maxEpisodes),
  };
}

function thin(curve: Figures['curve']): Figures['curve'] {
  let points = curve;
  while (points.length > maxCurvePoints) points = points.filter((_, index) => index % 2 === 1);
  return points;
}
