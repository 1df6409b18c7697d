// Master in a child process: starts it, exchanges messages with it, and stops or kills it.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { MasterMessage, RemoteAccess, ServerMessage } from '../../shared/protocol/messages.ts';
import type { Master, MasterAssignment, MasterExit, MasterStopReason } from './master-host.ts';
import { masterMessageSchema } from './master-message.ts';
import { PrintedOutput } from './printed-output.ts';

export interface MasterProcessOptions {
  /** The master's entry file. */
  readonly entry: string;
  /** The directory in which the master keeps a job's models and checkpoints. */
  readonly locateJob: (jobId: string) => string;
  /** How workers on other machines reach masters; null: they do not. */
  readonly remote?: RemoteAccess | null;
  readonly log: Logger;
}

/**
 * Size limit of the area for short-lived objects in each thread of a master; V8 has two such areas. Training creates
 * few such objects, and Node's 16 MiB would be most of a small job's memory.
 */
const youngGenerationMebibytes = 4;

const longestWaitForLastMessagesMs = 1_000;

export class MasterProcess implements Master {
  readonly exited: Promise<MasterExit>;
  readonly #child: ChildProcess;
  readonly #options: MasterProcessOptions;
  readonly #ready = Promise.withResolvers<boolean>();
  #listener: (message: MasterMessage) => void = () => undefined;
  readonly #prints: PrintedOutput;
  #hasStarted = false;

  constructor(options: MasterProcessOptions) {
    const { entry, log } = options;
    this.#options = options;
    this.#child = fork(entry, {
      serialization: 'advanced',
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        // @tensorflow/tfjs-node calls a deprecated function of Node, which is of no use to the reader of a log.
        '--disable-warning=DEP0051',
        `--max-semi-space-size=${youngGenerationMebibytes}`,
      ],
      // Its log has its own handle (masterLogHandle); otherwise prints of environments could imitate log lines.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 1],
      // A process group of its own: Ctrl-C in a terminal reaches only the server, which stops its masters in order.
      detached: true,
    });
    this.exited = this.#watchExit();
    this.#child.on('message', (message) => {
      this.#receive(message);
    });
    this.#prints = new PrintedOutput({ log });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#prints.write(chunk);
    });
    this.#child.stderr?.once('close', () => {
      this.#prints.end();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async start(assignment: MasterAssignment, listener: (message: MasterMessage) => void): Promise<void> {
    const { locateJob, remote = null, log } = this.#options;
    const { jobId } = assignment;
    this.#listener = listener;
    this.#prints.log = log.child({ jobId });
    const isReady = await this.#ready.promise;
    if (!isReady) return;
    this.#hasStarted = true;
    this.#send({ type: 'start', ...assignment, directory: locateJob(jobId), remote });
  }

  change(spec: JobSpec): void {
    // A master that is not ready yet gets the spec after its start: messages arrive in order.
    void this.#ready.promise.then(() => {
      this.#send({ type: 'change', spec });
    });
  }

  async stop(reason: MasterStopReason, deadlineMs: number): Promise<void> {
    if (!this.#hasStarted) {
      await this.discard();
      return;
    }
    this.#send({ type: 'stop', reason });
    await this.exitWithin(deadlineMs);
  }

  /**
   * Kills the process. A master without a job has nothing to finish, and a stop message could arrive before its start.
   */
  async discard(): Promise<void> {
    this.kill();
    await this.exited;
  }

  async exitWithin(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => {
      this.#options.log.warn({ deadlineMs }, 'master did not end in time and is killed');
      this.kill();
    }, deadlineMs);
    await this.exited;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #watchExit(): Promise<MasterExit> {
    return new Promise((resolve) => {
      const settle = (exit: MasterExit): void => {
        this.#ready.resolve(false);
        resolve(exit);
      };
      this.#child.once('exit', (code, signal) => {
        // Its last messages can be read after its exit is seen: the connection ends behind them.
        void this.#untilDisconnected().then(() => {
          settle({ code, signal });
        });
      });
      this.#child.on('error', (error) => {
        this.#options.log.error({ err: error }, 'master process failed');
        if (this.#child.pid === undefined) settle({ code: null, signal: null });
      });
    });
  }

  async #untilDisconnected(): Promise<void> {
    if (!this.#child.connected) return;
    // A process that inherited the connection could keep it open.
    const deadline = AbortSignal.timeout(longestWaitForLastMessagesMs);
    await once(this.#child, 'disconnect', { signal: deadline }).catch(() => undefined);
  }

  #receive(received: unknown): void {
    const message = masterMessageSchema.safeParse(received);
    if (!message.success) {
      this.#options.log.error({ err: message.error }, 'master sent an invalid message');
      return;
    }
    if (message.data.type === 'ready') this.#ready.resolve(true);
    else this.#listener(message.data);
  }

  #send(message: ServerMessage): void {
    if (!this.#child.connected) return;
    this.#child.send(message, (error) => {
      // The message cannot reach a master that is exiting; its exit is handled anyway.
      if (error) this.#options.log.debug({ err: error }, 'message did not reach the master');
    });
  }
}
