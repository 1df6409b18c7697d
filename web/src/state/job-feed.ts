// Everything that the page of one job shows, read once and then kept up to date by the job's events.
import { signal } from '@preact/signals';
import type { CurveBands } from '../../../src/shared/api/learning-curve.ts';
import type { JobEvent, JobEventRecord } from '../../../src/shared/api/job-event.ts';
import type { EvaluationResult, Job, TrainingFigures } from '../../../src/shared/job/job.ts';
import { estimateFinish } from '../../../src/shared/job/estimate-finish.ts';
import { measures } from '../../../src/shared/measures/measures.ts';
import { call, CallError, describeError } from '../api.ts';
import { LiveCurve } from '../charts/live-curve.ts';
import { isFinished } from './actions.ts';
import { PicturePace, pictureIntervalMs } from './picture-pace.ts';

const reconnectMs = 2_000;
/** A curve is as wide as many pixels: what changes less than one of them is not seen. */
const curvePixels = 600;
const maxCurveIntervalMs = 5_000;
const curveRows = 600;
const detailRows = 1_000;
const shownEvents = 200;
const maxEvaluations = 500;
/** Kinds of events that the log shows all of; of the evaluations, it shows those that are the best so far. */
const loggedTypes = ['state', 'warning', 'change', 'log'] as const;

/** Columns of the curve that are plotted. */
export const plottedColumns = measures
  .map(({ name }) => name)
  .filter((name) => !['steps', 'episodes', 'updates', 'elapsedSeconds', 'evaluation'].includes(name));

type EventData<Type extends JobEvent['type']> = Extract<JobEvent, { type: Type }>['data'] & {
  readonly time: string;
};

interface NewestEvents {
  readonly data: readonly JobEventRecord[];
  readonly lastId: number;
}

export class JobFeed {
  readonly job = signal<Job | null>(null);
  readonly curve = signal<LiveCurve | null>(null);
  readonly evaluations = signal<readonly EvaluationResult[]>([]);
  /** Newest first. */
  readonly events = signal<readonly JobEventRecord[]>([]);
  /** Counts changes of the curve, which is changed in place. */
  readonly revision = signal(0);
  /** Why nothing can be shown. */
  readonly error = signal<{ readonly text: string; readonly isMissing: boolean } | null>(null);
  readonly #id: string;
  #stream: EventSource | null = null;
  #isStopped = false;
  readonly #pace = new PicturePace(document, () => this.#showNews());
  #curveShownMs = -Infinity;
  #newFigures: TrainingFigures | null = null;
  #newEvents: JobEventRecord[] = [];
  #newEvaluations: readonly EvaluationResult[] = [];
  #isJobOld = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  start(): void {
    this.#read().catch((error: unknown) => {
      const isMissing = error instanceof CallError && error.problem?.status === 404;
      this.error.value = { text: describeError(error), isMissing };
      if (!isMissing) this.#startAgain();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#stream?.close();
    this.#pace.stop();
    clearTimeout(this.#timer);
  }

  /** Reads the job again, after a call that has changed it. */
  async refresh(): Promise<void> {
    await this.#readJob();
    if (this.#stream?.readyState !== EventSource.OPEN) this.start();
  }

  async #read(): Promise<void> {
    this.#stream?.close();
    // The id of the newest event comes first: what happens while the rest is read arrives again, and is left out.
    const { data: logged, lastId } = await this.#readNewest(loggedTypes);
    const [evaluations] = await Promise.all([
      this.#readNewest(['evaluation']),
      this.#readJob(),
      this.#readCurve(),
    ]);
    const best = evaluations.data.filter((event) => isLogged(event) && event.id <= lastId);
    this.events.value = [...logged, ...best].sort((a, b) => b.id - a.id).slice(0, shownEvents);
    this.error.value = null;
    const { job } = this;
    if (!this.#isStopped && job.value !== null && !isFinished(job.value.state)) this.#follow(lastId);
  }

  async #readNewest(types: readonly JobEvent['type'][]): Promise<NewestEvents> {
    return await call(`jobs/${this.#id}/events/newest?types=${types.join(',')}&limit=${shownEvents}`);
  }

  async #readJob(): Promise<void> {
    this.job.value = await call<Job>(`jobs/${this.#id}`);
  }

  async #readCurve(): Promise<void> {
    const path = `jobs/${this.#id}/curve?columns=${plottedColumns.join(',')}&maxPoints=${curveRows}`;
    const [bands, evaluations] = await Promise.all([
      call<CurveBands>(path),
      call<{ data: EvaluationResult[] }>(`jobs/${this.#id}/evaluations?maxPoints=500`),
    ]);
    this.curve.value = new LiveCurve(bands);
    this.evaluations.value = evaluations.data;
    this.revision.value += 1;
  }

  #follow(after: number): void {
    const types = [...loggedTypes, 'progress', 'evaluation'].join(',');
    const pace = pictureIntervalMs / 1000;
    const stream = new EventSource(
      `jobs/${this.#id}/events?after=${after}&types=${types}&everySeconds=${pace}`,
    );
    this.#stream = stream;
    const listen = <Type extends JobEvent['type']>(
      type: Type,
      take: (data: EventData<Type>, id: number) => void,
    ): void => {
      const parse: (text: string) => EventData<Type> = JSON.parse.bind(JSON);
      stream.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
        take(parse(data), Number(lastEventId));
      });
    };
    listen('progress', (figures) => {
      this.#noteFigures(figures);
    });
    // A fast job has tens of evaluations a second.
    listen('evaluation', ({ time, ...data }, id) => {
      this.#newEvaluations = [...thin(this.#newEvaluations), data];
      // There may be a first model now.
      const models = this.job.value?.models;
      this.#isJobOld ||= models?.best === null || models?.latest === null;
      this.#log({ id, time, type: 'evaluation', data });
    });
    listen('state', ({ time, ...data }, id) => {
      this.#log({ id, time, type: 'state', data });
      const isNewAttempt = data.attempt !== this.job.value?.attempt;
      void this.#readJob();
      this.#curveShownMs = -Infinity;
      // A job that continues from a checkpoint measures again what came after it.
      if (isNewAttempt) void this.#readCurve();
    });
    listen('warning', ({ time, ...data }, id) => {
      this.#log({ id, time, type: 'warning', data });
      void this.#readJob();
    });
    listen('change', ({ time, ...data }, id) => {
      this.#log({ id, time, type: 'change', data });
      void this.#readJob();
    });
    listen('log', ({ time, ...data }, id) => {
      this.#log({ id, time, type: 'log', data });
    });
    stream.addEventListener('error', () => {
      if (stream.readyState === EventSource.CLOSED) this.#startAgain();
    });
  }

  #noteFigures(figures: TrainingFigures): void {
    this.curve.value?.append(figures);
    this.#newFigures = figures;
    this.#pace.request();
  }

  #log(event: JobEventRecord): void {
    if (isLogged(event)) this.#newEvents = [...this.#newEvents, event].slice(-shownEvents);
    this.#pace.request();
  }

  /** Shows what has arrived since the last picture. */
  #showNews(): void {
    if (this.#newEvents.length > 0)
      this.events.value = [...this.#newEvents.reverse(), ...this.events.value].slice(0, shownEvents);
    this.#newEvents = [];
    const { value } = this.job;
    if (this.#newFigures !== null && value !== null) {
      const figures = this.#newFigures;
      const estimatedFinishAt =
        value.state === 'running' ? estimateFinish(figures.progress, Date.now()) : null;
      this.job.value = { ...value, ...figures, progress: { ...figures.progress, estimatedFinishAt } };
      this.#newFigures = null;
    }
    this.#showCurve();
    if (this.#isJobOld) void this.#readJob();
    this.#isJobOld = false;
  }

  /** The longer a curve is, the less of it a second changes. */
  #showCurve(): void {
    const nowMs = performance.now();
    const elapsedMs = (this.curve.value?.axis.elapsedSeconds.at(-1) ?? 0) * 1000;
    const intervalMs = Math.min(maxCurveIntervalMs, elapsedMs / curvePixels);
    if (nowMs < this.#curveShownMs + intervalMs) return;
    this.#curveShownMs = nowMs;
    const [first] = this.#newEvaluations;
    if (first !== undefined) {
      const earlier = this.evaluations.value.filter(({ steps }) => steps < first.steps);
      this.evaluations.value = thin([...earlier, ...this.#newEvaluations]);
      this.#newEvaluations = [];
    }
    this.revision.value += 1;
  }

  #startAgain(): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => this.start(), reconnectMs);
  }
}

/** Whether the log shows the event. */
function isLogged(event: JobEventRecord): boolean {
  return event.type === 'evaluation' ? event.data.isBest : loggedTypes.some((type) => type === event.type);
}

/** Leaves every second evaluation out when there are too many to be told apart, but never the newest. */
function thin(evaluations: readonly EvaluationResult[]): readonly EvaluationResult[] {
  if (evaluations.length <= maxEvaluations) return evaluations;
  return evaluations.filter((_, index) => index % 2 === 0 || index === evaluations.length - 1);
}

/** Finer points of a part of a curve, for a closer look. */
export async function readPart(
  id: string,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<LiveCurve> {
  const query = `columns=${plottedColumns.join(',')}&sinceStep=${Math.max(-1, Math.floor(range.from) - 1)}&untilStep=${Math.max(0, Math.ceil(range.to))}`;
  return new LiveCurve(
    await call<CurveBands>(`jobs/${id}/curve?${query}&maxPoints=${detailRows}`, { signal }),
  );
}
