// a3c jobs watch: a job in the terminal, redrawn while it trains, or as lines where nobody looks.
import type { A3CClient } from '../../client/a3c-client.ts';
import type { Job, TrainingFigures } from '../../shared/job/job.ts';
import { isFinished } from '../../shared/job/transition.ts';
import { formatEvaluation, formatProgressLine } from '../training/format-metrics.ts';
import { createScreen, type ScreenOutput } from '../play/screen.ts';
import { drawCurve, type CurvePoint } from './draw-curve.ts';

export interface WatchOptions {
  readonly output: ScreenOutput;
  readonly isJson: boolean;
  readonly signal: AbortSignal;
}

const size = { columns: 78, rows: 10 };
const maxPoints = 400;
/** Between pictures on a terminal, and between lines elsewhere. */
const intervals = { picture: 100, line: 2_000 };

/** Watches a job until it is finished or `signal` aborts; returns the job as it is then. */
export async function watchJob(client: A3CClient, id: string, options: WatchOptions): Promise<Job> {
  const { output, isJson, signal } = options;
  // Programs get every event, from the first one. People get what comes after the job as it is read:
  // the last id is read first, so that nothing between the two is lost.
  const after = isJson
    ? undefined
    : String((await client.listNewestEvents(id, ['state'], { limit: 1 })).lastId);
  const view = isJson ? null : new JobView(await client.getJob(id), await readCurve(client, id), output);
  try {
    for await (const event of client.events(id, { signal, lastEventId: after })) {
      if (isJson) output.write(`${JSON.stringify(event)}\n`);
      else if (event.type === 'progress') view?.showFigures(event.data);
      else if (event.type === 'evaluation') view?.say(`evaluation: ${formatEvaluation(event.data)}`);
      else if (event.type === 'warning') view?.say(`warning: ${event.data.message}`);
      else if (event.type === 'change')
        view?.say(`${event.data.path} changed to ${JSON.stringify(event.data.to)}`);
      else if (event.type === 'log') view?.say(event.data.message);
      else if (event.type === 'state') view?.showState(event.data.state, event.data.reason);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    view?.close();
  }
  return await client.getJob(id);
}

async function readCurve(client: A3CClient, id: string): Promise<CurvePoint[]> {
  const points = await client.getMetrics(id, { maxPoints });
  return points.flatMap(({ steps, movingAverage }) =>
    movingAverage === null ? [] : [{ x: steps, y: movingAverage }],
  );
}

class JobView {
  readonly #output: ScreenOutput;
  readonly #title: string;
  readonly #screen: ReturnType<typeof createScreen>;
  #points: CurvePoint[];
  #figures: TrainingFigures;
  #message: string;
  #saidState: string | null = null;
  #shownAtMs = -Infinity;

  constructor(job: Job, points: CurvePoint[], output: ScreenOutput) {
    const { environment, algorithm, workers, environmentsPerWorker } = job.spec;
    const name = job.name === null ? '' : `${job.name} | `;
    this.#title = `${name}${environment} | ${algorithm} | ${workers} × ${environmentsPerWorker} environments | ${job.id}`;
    this.#output = output;
    this.#screen = createScreen(output);
    this.#points = points;
    this.#figures = job;
    this.#message = describeState(job.state, job.stateReason);
    if (output.isTTY !== true) output.write(`${this.#title}\n`);
    if (isFinished(job.state)) this.showState(job.state, job.stateReason);
    else this.#show(true);
  }

  /** Says a change of state, once. */
  showState(state: Job['state'], reason: string | null): void {
    const message = describeState(state, reason);
    if (message === this.#saidState) return;
    this.#saidState = message;
    this.say(message);
  }

  showFigures(figures: TrainingFigures): void {
    this.#figures = figures;
    const { movingAverage } = figures.reward;
    const { steps } = figures.progress;
    if (movingAverage !== null) {
      // A job that continues from a checkpoint measures again what came after it.
      this.#points = [...this.#points.filter(({ x }) => x < steps), { x: steps, y: movingAverage }];
      if (this.#points.length > 2 * maxPoints)
        this.#points = this.#points.filter(
          (_, index) => index % 2 === 0 || index === this.#points.length - 1,
        );
    }
    this.#show(false);
  }

  /** Shows what happened, last. */
  say(message: string): void {
    this.#message = message;
    if (this.#output.isTTY === true) this.#show(true);
    else this.#output.write(`${message}\n`);
  }

  close(): void {
    if (this.#output.isTTY === true) this.#show(true);
    this.#screen.close();
  }

  #show(isImportant: boolean): void {
    const isTerminal = this.#output.isTTY === true;
    const nowMs = performance.now();
    if (!isImportant && nowMs - this.#shownAtMs < (isTerminal ? intervals.picture : intervals.line)) return;
    this.#shownAtMs = nowMs;
    const progress = formatProgressLine(this.#figures);
    if (!isTerminal) {
      this.#output.write(`${progress}\n`);
      return;
    }
    const lines = [
      this.#title,
      ...drawCurve(this.#points, size),
      progress,
      drawTime(this.#figures),
      this.#message,
    ];
    this.#screen.show(lines, isImportant);
  }
}

function describeState(state: Job['state'], reason: string | null): string {
  return reason === null ? state : `${state}: ${reason}`;
}

const timeSigns = { acting: '▓', stepping: '█', learning: '▒', waiting: '░' } as const;
const timeColumns = 30;

/** Where the workers' time goes, as one bar. */
function drawTime({ workerTime }: Pick<TrainingFigures, 'workerTime'>): string {
  const { acting, stepping, learning, waiting } = workerTime;
  const shares = { acting, stepping, learning, waiting };
  const bar = Object.entries(timeSigns).map(([name, sign]) =>
    sign.repeat(
      Math.round((Object.entries(shares).find(([other]) => other === name)?.[1] ?? 0) * timeColumns),
    ),
  );
  const words = Object.entries(shares).map(
    ([name, share]) => `${name} ${share === null ? '-' : `${Math.round(share * 100)} %`}`,
  );
  return `time ${bar.join('').padEnd(timeColumns)} ${words.join(', ')}`;
}
