// Process that plays the episodes of one evaluation. It is killed when it is not needed, or takes too long for a step.
import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { AppError } from '../../shared/errors/app-error.ts';
import { errorRecordSchema } from '../../shared/errors/error-record-schema.ts';
import type { EpisodesReport, EpisodesRequest } from '../../shared/protocol/evaluation-messages.ts';
import {
  explainExit,
  explainTimeout,
  forkEnvironmentProcess,
  startMs,
  type EnvironmentLimits,
} from '../players/environment-process.ts';
import { PlayerFailedError } from '../players/player-errors.ts';

export interface EvaluationProcessOptions {
  /** The entry file of the process. */
  readonly entry: string;
  readonly log: Logger;
  readonly spec: EnvironmentLimits;
  readonly request: Omit<EpisodesRequest, 'everyMs'>;
}

/** The longest interval between two signs of life. */
const longestSilenceMs = 500;

const numbersSchema = z.array(z.number());
const reportSchema: z.ZodType<EpisodesReport> = z.discriminatedUnion('type', [
  // Environments could send messages too.
  z.object({ type: z.literal('started'), trainingSteps: z.int() }),
  z.object({ type: z.literal('stepped') }),
  z.object({ type: z.literal('episodes'), returns: numbersSchema, lengths: z.array(z.int()) }),
  z.object({ type: z.literal('finished') }),
  z.object({ type: z.literal('failed'), error: errorRecordSchema }),
]);

export class EvaluationProcess {
  /** Number of training steps behind the weights; null until they are read. */
  trainingSteps: number | null = null;
  /** Returns and lengths of the episodes that were played so far. */
  readonly returns: number[] = [];
  readonly lengths: number[] = [];
  /** Resolves when all episodes were played; rejects with the AppError that ended the evaluation. */
  readonly ended: Promise<undefined>;
  readonly #options: EvaluationProcessOptions;
  readonly #child: ChildProcess;
  readonly #end: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(options: EvaluationProcessOptions) {
    const { spec, request, log } = options;
    this.#options = options;
    this.ended = this.#end.promise;
    this.#child = forkEnvironmentProcess(options);
    this.#child.on('message', (message) => {
      this.#receive(message);
    });
    this.#child.once('exit', (code, signal) => {
      this.#fail(explainExit(spec, { code, signal }));
    });
    this.#child.on('error', (error) => {
      log.error({ err: error }, 'evaluation process failed');
      this.#fail(new PlayerFailedError('ENVIRONMENT_FAILED', 'the evaluation could not be started'));
    });
    const everyMs = Math.min(longestSilenceMs, (spec.environmentTimeoutSeconds * 1000) / 4);
    this.#watch(startMs);
    this.#child.send({ ...request, everyMs }, (error) => {
      // The message cannot reach a process that is exiting; its exit is handled anyway.
      if (error) log.debug({ err: error }, 'message did not reach the evaluation');
    });
  }

  /** Ends the process; `ended` rejects. */
  kill(): void {
    this.#fail(new PlayerFailedError('ENVIRONMENT_FAILED', 'the evaluation was ended'));
  }

  #receive(received: unknown): void {
    const { data: report } = reportSchema.safeParse(received);
    switch (report?.type) {
      case 'started':
        this.trainingSteps = report.trainingSteps;
        break;
      case 'stepped':
        break;
      case 'episodes':
        this.returns.push(...report.returns);
        this.lengths.push(...report.lengths);
        break;
      case 'finished':
        this.#finish();
        return;
      case 'failed':
        this.#fail(new PlayerFailedError(report.error.code ?? 'ENVIRONMENT_FAILED', report.error.message));
        return;
      case undefined:
        this.#fail(
          new PlayerFailedError('ENVIRONMENT_FAILED', 'the environment sent a message to the server'),
        );
        return;
    }
    this.#watch(0);
  }

  /** Limits the time until the next report. */
  #watch(additionalMs: number): void {
    const { spec } = this.#options;
    clearTimeout(this.#timer);
    if (this.#hasEnded) return;
    this.#timer = setTimeout(
      () => {
        this.#fail(explainTimeout(spec));
      },
      spec.environmentTimeoutSeconds * 1000 + additionalMs + longestSilenceMs,
    );
  }

  #finish(): void {
    const { episodes } = this.#options.request;
    if (this.returns.length !== episodes || this.lengths.length !== episodes) {
      this.#fail(new PlayerFailedError('ENVIRONMENT_FAILED', 'the environment sent a message to the server'));
      return;
    }
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#child.kill('SIGKILL');
    this.#end.resolve(undefined);
  }

  #fail(error: AppError): void {
    clearTimeout(this.#timer);
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#child.kill('SIGKILL');
    this.#end.reject(error);
  }
}
