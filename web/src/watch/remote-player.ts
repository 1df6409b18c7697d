// A policy in an environment that only the server can run. The server plays a little ahead, and this page shows the
// steps at its own speed: it can pause, and go step by step.
import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';
import type { PlayedStepRecord } from '../../../src/shared/api/played-step.ts';
import type { ModelName } from '../../../src/shared/job/model-name.ts';
import { CallError, describeError, send } from '../api.ts';
import { keptReturns, restPictures, type PlayerView, type WatchedPlayer } from './watched-player.ts';

/** Steps that are asked for at once, and with how many left the next ones are. */
const batch = 60;
const reserve = 30;
const stepsPerSecond = 240;

export class RemotePlayer implements WatchedPlayer {
  readonly #path: string;
  readonly #closed = new AbortController();
  /** Steps that were not shown yet. */
  readonly #steps: PlayedStepRecord[] = [];
  /** Id of the server's player, whose episode goes on. */
  #player: string | null = null;
  #isReading = false;
  #shown: PlayedStepRecord | null = null;
  #returns: number[] = [];
  #rest = 0;
  #problem: string | null = null;

  constructor(jobId: string, model: ModelName) {
    this.#path = `jobs/${jobId}/play?model=${model}&steps=${batch}&stepsPerSecond=${stepsPerSecond}`;
    this.#read();
  }

  get view(): PlayerView {
    const shown = this.#shown;
    return {
      scene: shown?.scene ?? null,
      steps: shown?.step ?? 0,
      return: shown?.return ?? 0,
      returns: this.#returns,
      action: shown?.action ?? null,
      inspection: {
        probabilities: shown?.probabilities ? [...shown.probabilities] : null,
        value: shown?.value ?? null,
      },
      trainingSteps: shown?.trainingSteps ?? null,
      problem: this.#steps.length === 0 ? this.#problem : null,
    };
  }

  skipRest(): void {
    this.#rest = 0;
  }

  step(): void {
    if (this.#rest > 0) {
      this.#rest -= 1;
      return;
    }
    if (this.#steps.length < reserve) this.#read();
    const next = this.#steps.shift();
    if (next === undefined) return;
    this.#shown = next;
    if (!next.isLast) return;
    this.#returns = [...this.#returns, next.return].slice(-keptReturns);
    this.#rest = restPictures;
  }

  /** The server takes newer weights by itself. */
  async reload(): Promise<void> {
    return;
  }

  close(): void {
    this.#closed.abort();
  }

  #read(): void {
    if (this.#isReading || this.#problem !== null) return;
    this.#isReading = true;
    this.#readBatch()
      .catch((error: unknown) => {
        if (this.#closed.signal.aborted) return;
        const isForgotten = error instanceof CallError && error.problem?.code === 'PLAYER_NOT_FOUND';
        // A page that was paused for long begins with a new episode.
        if (isForgotten && this.#player !== null) this.#player = null;
        else this.#problem = describeError(error);
      })
      .finally(() => {
        this.#isReading = false;
      });
  }

  async #readBatch(): Promise<void> {
    const player = this.#player === null ? '' : `&player=${this.#player}`;
    const { body } = await send(this.#path + player, { signal: this.#closed.signal });
    if (body === null) return;
    const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    const reader = events.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) this.#take(next.value);
  }

  #take({ event, data }: EventSourceMessage): void {
    switch (event) {
      case 'player':
        this.#player = parsePlayer(data).id;
        break;
      case 'step':
        this.#steps.push(parseStep(data));
        break;
      case 'failed':
        throw new Error(parseFailure(data).message);
      case undefined:
      default:
    }
  }
}

// Page and server have the same version: the types are those of the stream.
const parsePlayer: (text: string) => { readonly id: string } = JSON.parse.bind(JSON);
const parseStep: (text: string) => PlayedStepRecord = JSON.parse.bind(JSON);
const parseFailure: (text: string) => { readonly message: string } = JSON.parse.bind(JSON);
