// Work of a remote worker for one job, from its claim of a place to its end. The thread is the same as in a master's
// process: it reads parameters from a board here, and a relay fills the board from the master's answers.
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { EnvironmentOrigin } from '../shared/environments/environment-origin.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import { copyBytes } from '../shared/nats/gradient-sum.ts';
import {
  claimAnswerSchema,
  controlSchema,
  type Claim,
  type Control,
  type Offer,
} from '../shared/nats/claim.ts';
import { FrameAssembler } from '../shared/nats/frames.ts';
import { beatMs, lostAfterMs } from '../shared/nats/heartbeat.ts';
import { readParametersHeader, type StateRequest } from '../shared/nats/parameters-message.ts';
import { beginSchema, decodeValue, type Begin } from '../shared/nats/structured.ts';
import { allMastersSubject, claimSubject, readMasterSubject } from '../shared/nats/subjects.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import type { WorkerAssignment } from '../shared/protocol/worker-task.ts';
import type { RunLogger } from '../master/machine.ts';
import { ThreadWorkerHost } from '../master/workers/thread-worker-host.ts';
import type { HostedWorker } from '../master/workers/worker-host.ts';
import { MasterLink } from './master-link.ts';
import type { MasterRelay, RelayMember } from './master-relay.ts';

const claimTimeoutMs = 2_000;
/** How long a thread may take to end its rollout. */
const stopDeadlineMs = 500;

export interface RemoteSlotOptions {
  readonly connection: NatsConnection;
  readonly offer: Offer;
  /** A new id. */
  readonly claim: string;
  /** Relay of the workers of this process that work for the same master. */
  readonly relay: MasterRelay;
  readonly programVersion: string;
  /** Where the environment is found on this machine; null for a built-in one. */
  readonly environmentOrigin: EnvironmentOrigin | null;
  readonly kernels: WebAssembly.Module;
  readonly logger: RunLogger;
  readonly onBegin: () => void;
}

/** How the work for a job ended: its place was refused, the master has ended it, or the master is gone. */
export type SlotEnd = { readonly refusal: string } | 'ended' | 'lost';

/** A thread that works for the job. */
interface Work {
  readonly host: ThreadWorkerHost;
  readonly worker: HostedWorker;
  readonly member: RelayMember;
  request: StateRequest;
}

export class RemoteSlot {
  readonly #options: RemoteSlotOptions;
  readonly #link: MasterLink;
  readonly #begins = new FrameAssembler();
  readonly #end = Promise.withResolvers<SlotEnd>();
  #work: Work | null = null;
  #heardMs = performance.now();
  #isEnding = false;

  constructor(options: RemoteSlotOptions) {
    const { connection, offer, claim } = options;
    this.#options = options;
    this.#link = new MasterLink({ connection, master: offer, claim });
  }

  /** Claims a place, works, and resolves when the work is over. */
  async run(): Promise<SlotEnd> {
    const { connection, claim } = this.#options;
    const subscription = connection.subscribe(allMastersSubject(claim), {
      callback: (error, message) => {
        if (error === null) this.#guard(message);
      },
    });
    const beat = setInterval(() => {
      this.#beat();
    }, beatMs);
    try {
      const refusal = await this.#claim();
      if (refusal !== null) return { refusal };
      return await this.#end.promise;
    } finally {
      clearInterval(beat);
      subscription.unsubscribe();
      if (this.#work !== null) this.#options.relay.leave(this.#work.member);
      await this.#work?.host.close();
    }
  }

  /** Ends the work after its rollout. */
  stop(): void {
    this.#finish('ended');
    this.#link.sendEnd(null);
  }

  async #claim(): Promise<string | null> {
    const { connection, offer, claim, relay, programVersion } = this.#options;
    const request = JSON.stringify({ claim, relay: relay.id, programVersion } satisfies Claim);
    try {
      const answer = await connection.request(claimSubject(offer), request, { timeout: claimTimeoutMs });
      this.#heardMs = performance.now();
      return claimAnswerSchema.parse(answer.json()).refusal;
    } catch (error) {
      return `the job's master did not answer: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #guard(message: Msg): void {
    try {
      this.#receive(message);
    } catch (error) {
      this.#options.logger.warn({ err: error, subject: message.subject }, 'message refused');
    }
  }

  #receive(message: Msg): void {
    this.#heardMs = performance.now();
    switch (readMasterSubject(message.subject)) {
      case 'begin': {
        const whole = this.#begins.take(message.data);
        if (whole !== null && this.#work === null) this.#tryToBegin(decodeValue(whole.bytes, beginSchema));
        return;
      }
      case 'control': {
        const control = controlSchema.parse(message.json());
        this.#takeControl(control);
        return;
      }
      case 'parameters':
      case null:
        return;
    }
  }

  #takeControl(control: Control): void {
    switch (control.type) {
      case 'alive':
        if (this.#work !== null) this.#takeRequest(this.#work, control.request);
        return;
      case 'stateTaken':
        this.#link.noteStateTaken(control.number);
        return;
      case 'stop':
        this.#finish('ended');
        return;
    }
  }

  /** Begins, or tells the master why this machine cannot. */
  #tryToBegin(begin: Begin): void {
    if (this.#isEnding) return;
    try {
      this.#begin(begin);
    } catch (error) {
      this.#isEnding = true;
      this.#link.sendEnd(createErrorRecord(error));
      this.#end.resolve('ended');
    }
  }

  #begin({ assignment, parameters }: Begin): void {
    const { environmentOrigin, relay, kernels, logger, onBegin } = this.#options;
    const first = copyBytes(parameters);
    const { request } = readParametersHeader(first);
    const board = relay.openBoard(createParameterLayout(assignment.network).size, first);
    const host = new ThreadWorkerHost({
      spec: assignment.spec,
      kernels,
      board: board.memory,
      workers: { first: assignment.origin.worker, count: 1 },
      logger,
    });
    const worker = host.start(
      { ...assignment, environmentOrigin },
      {
        onGradient: (buffer) => {
          relay.sendGradient(member, buffer);
        },
        onState: (state) => {
          this.#link.sendState(state);
        },
      },
    );
    const work: Work = { host, worker, member: this.#createMember(assignment, worker), request };
    const { member } = work;
    relay.join(member);
    this.#work = work;
    void this.#watch(worker);
    onBegin();
  }

  /** Tells the master how the thread has ended. */
  async #watch({ ended }: HostedWorker): Promise<void> {
    try {
      await ended;
      this.#link.sendEnd(null);
    } catch (error) {
      if (this.#isEnding) return;
      this.#link.sendEnd(createErrorRecord(error));
    }
    this.#end.resolve('ended');
  }

  #createMember(assignment: WorkerAssignment, worker: HostedWorker): RelayMember {
    return {
      assignment,
      link: this.#link,
      returnBuffer: (buffer) => {
        worker.returnBuffer(buffer);
      },
      takeRequest: (request) => {
        if (this.#work !== null) this.#takeRequest(this.#work, request);
      },
      noteHeard: () => {
        this.#heardMs = performance.now();
      },
    };
  }

  /** Passes a request for states on, once. */
  #takeRequest(work: Work, request: StateRequest): void {
    if (request.number <= work.request.number) return;
    work.request = request;
    work.host.requestStates(request.version);
  }

  /** Stops the thread; it ends after its rollout, or soon by force. */
  #finish(end: SlotEnd): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const work = this.#work;
    work?.host.stop();
    const isOver = work?.worker.ended.catch(() => undefined) ?? Promise.resolve();
    const timer = setTimeout(() => {
      this.#end.resolve(end);
    }, stopDeadlineMs);
    void isOver.then(() => {
      clearTimeout(timer);
      this.#end.resolve(end);
    });
  }

  #beat(): void {
    if (performance.now() - this.#heardMs > lostAfterMs) this.#finish('lost');
    else this.#link.beat({ hasBegun: this.#work !== null });
  }
}
