// Player in a child process: gives it requests, and ends it when it fails or takes too long for a step.
import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { AppError } from '../../shared/errors/app-error.ts';
import { isStepText } from '../../shared/api/played-step.ts';
import { errorRecordSchema } from '../../shared/errors/error-record-schema.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { PlayerReport, PlayerRequest } from '../../shared/protocol/player-messages.ts';
import { explainExit, explainTimeout, forkEnvironmentProcess, startMs } from './environment-process.ts';
import { PlayerFailedError } from './player-errors.ts';

export interface PlayerProcessOptions {
  /** The player's entry file. */
  readonly entry: string;
  readonly log: Logger;
  readonly spec: Pick<
    JobSpec,
    'environment' | 'environmentTimeoutSeconds' | 'environmentMemoryMegabytes' | 'wrappers'
  >;
  readonly request: Pick<PlayerRequest & { type: 'open' }, 'model' | 'environmentOrigin' | 'seed'>;
}

const reportSchema: z.ZodType<PlayerReport> = z.discriminatedUnion('type', [
  // Whoever reads the stream trusts it; and environments could send messages too.
  z.object({ type: z.literal('step'), text: z.string().refine(isStepText) }),
  z.object({ type: z.literal('failed'), error: errorRecordSchema }),
]);

export class PlayerProcess {
  readonly #child: ChildProcess;
  readonly #options: PlayerProcessOptions;
  #wanted: PromiseWithResolvers<readonly string[]> | null = null;
  #wantedSteps = 0;
  #steps: string[] = [];
  #failure: AppError | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hasPlayed = false;

  constructor(options: PlayerProcessOptions) {
    const { entry, log, spec, request } = options;
    this.#options = options;
    this.#child = forkEnvironmentProcess({ entry, spec, log });
    this.#child.on('message', (message) => {
      this.#receive(message);
    });
    this.#child.once('exit', (code, signal) => {
      this.#fail(explainExit(spec, { code, signal }));
    });
    this.#child.on('error', (error) => {
      log.error({ err: error }, 'player process failed');
      this.#fail(new PlayerFailedError('ENVIRONMENT_FAILED', 'the player could not be started'));
    });
    const { environment, wrappers } = spec;
    this.#send({ type: 'open', environment, wrappers, ...request });
  }

  get isAlive(): boolean {
    return this.#failure === null;
  }

  /** Plays some steps; each is a PlayedStepRecord as JSON. Throws the AppError that the player failed with. */
  async advance(steps: number): Promise<readonly string[]> {
    if (this.#failure) throw this.#failure;
    const wanted = Promise.withResolvers<readonly string[]>();
    this.#wanted = wanted;
    this.#wantedSteps = steps;
    this.#steps = [];
    this.#send({ type: 'advance', steps });
    this.#watch();
    return await wanted.promise;
  }

  /** Ends the process. */
  kill(): void {
    this.#fail(new PlayerFailedError('ENVIRONMENT_FAILED', 'the player was ended'));
  }

  #receive(received: unknown): void {
    const report = reportSchema.safeParse(received);
    // Only this program's part of the process speaks when it is asked; an environment may speak at any time.
    if (!report.success || this.#wanted === null) {
      this.#fail(new PlayerFailedError('ENVIRONMENT_FAILED', 'the environment sent a message to the server'));
      return;
    }
    if (report.data.type === 'failed') {
      const { code, message } = report.data.error;
      this.#fail(new PlayerFailedError(code ?? 'ENVIRONMENT_FAILED', message));
      return;
    }
    this.#hasPlayed = true;
    this.#steps.push(report.data.text);
    if (this.#steps.length < this.#wantedSteps) {
      this.#watch();
      return;
    }
    clearTimeout(this.#timer);
    const wanted = this.#wanted;
    this.#wanted = null;
    wanted.resolve(this.#steps);
  }

  /** Limits the time for the next step. The first one includes the start of the process. */
  #watch(): void {
    const { spec } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#fail(explainTimeout(spec));
      },
      spec.environmentTimeoutSeconds * 1000 + (this.#hasPlayed ? 0 : startMs),
    );
  }

  #fail(error: AppError): void {
    clearTimeout(this.#timer);
    if (this.#failure === null) this.#child.kill('SIGKILL');
    this.#failure ??= error;
    this.#wanted?.reject(this.#failure);
    this.#wanted = null;
  }

  #send(message: PlayerRequest): void {
    if (!this.#child.connected) return;
    this.#child.send(message, (error) => {
      // The message cannot reach a player that is exiting; its exit is handled anyway.
      if (error) this.#options.log.debug({ err: error }, 'message did not reach the player');
    });
  }
}
