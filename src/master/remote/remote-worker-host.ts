// Worker host on other machines: offers the places of a job to workers that come over NATS. They come, leave and die at
// any time; a place that is lost is offered again.
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { restoreError } from '../../shared/errors/error-record.ts';
import {
  aliveSchema,
  claimSchema,
  seekSchema,
  type ClaimAnswer,
  type Control,
  type Offer,
} from '../../shared/nats/claim.ts';
import { flushNats } from '../../shared/nats/close-nats.ts';
import { countRemoteBuffersPerWorker } from '../../shared/job/count-buffers.ts';
import { splitFrames, type WholeMessage } from '../../shared/nats/frames.ts';
import { unpackGradient, type UnpackOptions } from '../../shared/nats/gradient-message.ts';
import { unpackSum } from '../../shared/nats/gradient-sum.ts';
import { beatMs, lostAfterMs } from '../../shared/nats/heartbeat.ts';
import {
  encodeParameters,
  type GradientAnswer,
  type StateRequest,
} from '../../shared/nats/parameters-message.ts';
import { decodeValue, encodeValue, endedSchema, type Begin } from '../../shared/nats/structured.ts';
import {
  allWorkersSubject,
  claimSubject,
  masterSubject,
  readWorkerSubject,
  seekSubject,
  type WorkerMessage,
} from '../../shared/nats/subjects.ts';
import { createParameterLayout } from '../../shared/network/parameter-layout.ts';
import { readOrigin } from '../../shared/protocol/gradient-buffer.ts';
import { workerStateSchema } from '../../shared/protocol/worker-state.ts';
import type { WorkerAssignment } from '../../shared/protocol/worker-task.ts';
import type { ParameterBoard } from '../../shared/transport/parameter-board.ts';
import type { RunLogger } from '../machine.ts';
import type { HostedWorker, WorkerListener } from '../workers/worker-host.ts';
import { answerInbox } from './answer-inbox.ts';
import { createClaim, noteGradient, type RemoteClaim, type RemotePlace } from './remote-places.ts';
import { WorkerLostError } from '../workers/worker-lost-error.ts';

/** How long a job whose workers learn in rounds waits for all of them at its start. */
const gatherMs = 60_000;

export interface RemoteWorkerHostOptions {
  readonly connection: NatsConnection;
  readonly board: ParameterBoard;
  readonly offer: Offer;
  /** Number of places. */
  readonly places: number;
  /** Whether the job also has workers on this machine. */
  readonly hasOthers: boolean;
  /** Whether workers learn in rounds: then they begin together, and later ones before a rollout of the others. */
  readonly isSynchronous: boolean;
  readonly logger: RunLogger;
  readonly gatherMs?: number;
}

interface ArrivedGradient extends WholeMessage {
  /** Buffers of gradients that were added to this one. */
  readonly others?: readonly ArrayBuffer[];
}

export class RemoteWorkerHost {
  readonly #options: RemoteWorkerHostOptions;
  readonly #places = new Map<number, RemotePlace>();
  readonly #claims = new Map<string, RemotePlace>();
  readonly #subscriptions: Subscription[];
  readonly #beat: NodeJS.Timeout;
  /** Buffers of gradients that were applied. */
  readonly #spare: ArrayBuffer[] = [];
  readonly #gatherUntilMs: number;
  #isGathering: boolean;
  /** Answers that are due, by the relays that they go to. */
  readonly #answers = new Map<string, GradientAnswer[]>();
  /** Sends them at the end of this turn of the event loop. */
  #turn: NodeJS.Immediate | null = null;
  #request: StateRequest = { number: 0, version: 0 };
  /** Number of parameters that travel as float16. */
  #halved = 0;
  #isStopped = false;

  constructor(options: RemoteWorkerHostOptions) {
    const { connection, offer, isSynchronous } = options;
    this.#options = options;
    this.#isGathering = isSynchronous;
    this.#gatherUntilMs = performance.now() + (options.gatherMs ?? gatherMs);
    const listen = (subject: string, take: (message: Msg) => void): Subscription =>
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) this.#guard(message.subject, () => take(message));
        },
      });
    this.#subscriptions = [
      listen(seekSubject, (message) => {
        this.#answerSeek(message);
      }),
      listen(claimSubject(offer), (message) => {
        this.#answerClaim(message);
      }),
      listen(allWorkersSubject(offer), (message) => {
        this.#receive(message);
      }),
    ];
    this.#beat = setInterval(() => {
      this.#tick();
    }, beatMs);
  }

  /** Offers the place of the worker that the assignment names. */
  start(assignment: WorkerAssignment, listener: WorkerListener): HostedWorker {
    const { origin, spec, network } = assignment;
    const { worker } = origin;
    const buffers = countRemoteBuffersPerWorker(spec);
    if (spec.remotePrecision === 'float16') this.#halved = createParameterLayout(network).trainableSize;
    const place: RemotePlace = {
      assignment: { ...assignment, buffers },
      listener,
      end: Promise.withResolvers(),
      claim: null,
    };
    this.#places.set(worker, place);
    if (this.#isStopped) place.end.resolve();
    // A job whose workers begin together expects all of them.
    if (!this.#isGathering) listener.onPresence?.(false);
    return {
      ended: place.end.promise,
      returnBuffer: (buffer) => {
        this.#answer(place, buffer);
        this.#spare.push(buffer);
      },
      disconnect: () => {
        this.#free(place);
      },
    };
  }

  /** Lets workers begin that wait for the next rollout. */
  admit(): void {
    if (this.#isGathering) return;
    for (const place of this.#places.values())
      if (place.claim?.isWorking === false) this.#begin(place, place.claim);
  }

  requestStates(version: number): void {
    this.#request = { number: this.#request.number + 1, version };
    this.#tellAll({ type: 'alive', request: this.#request });
  }

  stop(): void {
    this.#isStopped = true;
    this.#tellAll({ type: 'stop' });
    for (const place of this.#places.values()) if (place.claim?.isWorking !== true) place.end.resolve();
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#tellAll({ type: 'stop' });
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    for (const place of this.#places.values()) place.end.resolve();
    await flushNats(this.#options.connection);
  }

  /** A message of another sender must not end the master. */
  #guard(subject: string, take: () => void): void {
    try {
      take();
    } catch (error) {
      this.#options.logger.warn({ err: error, subject }, 'message refused');
    }
  }

  #answerSeek(message: Msg): void {
    const { offer } = this.#options;
    const { jobId, unfit } = seekSchema.parse(message.json());
    const isWanted = (jobId ?? offer.jobId) === offer.jobId && !unfit.includes(offer.jobId);
    if (isWanted && !this.#isStopped && this.#findFree() !== null) answerInbox(message, offer);
  }

  #answerClaim(message: Msg): void {
    const claim = claimSchema.parse(message.json());
    const { programVersion } = claim;
    const answer = (refusal: string | null): void => {
      answerInbox(message, { refusal } satisfies ClaimAnswer);
    };
    const { offer } = this.#options;
    if (programVersion !== offer.programVersion) {
      answer(`the job trains with version ${offer.programVersion}, the worker has ${programVersion}`);
      return;
    }
    const place = this.#isStopped ? null : this.#findFree();
    if (place === null) {
      answer('the job has no place left');
      return;
    }
    place.claim = createClaim(claim, performance.now());
    this.#claims.set(claim.claim, place);
    answer(null);
    this.#admitNew();
  }

  /** Returns a buffer for a gradient. */
  #allocate(bytes: number): ArrayBuffer {
    const spare = this.#spare.pop();
    return spare?.byteLength === bytes ? spare : new ArrayBuffer(bytes);
  }

  #findFree(): RemotePlace | null {
    return [...this.#places.values()].find(({ claim }) => claim === null) ?? null;
  }

  /** Lets the workers that wait begin, unless they must wait for others. */
  #admitNew(): void {
    const { isSynchronous, hasOthers, places } = this.#options;
    const all = [...this.#places.values()];
    const claimed = all.filter(({ claim }) => claim !== null).length;
    if (this.#isGathering) {
      const isOver = performance.now() > this.#gatherUntilMs && (claimed > 0 || hasOthers);
      if (claimed < places && !isOver) return;
      this.#isGathering = false;
      for (const { claim, listener } of all) if (claim === null) listener.onPresence?.(false);
      this.admit();
      return;
    }
    const isAnyoneWorking = hasOthers || all.some(({ claim }) => claim?.isWorking === true);
    if (!isSynchronous || !isAnyoneWorking) this.admit();
  }

  #begin(place: RemotePlace, claim: RemoteClaim): void {
    claim.isWorking = true;
    this.#sendBegin(place, claim);
    place.listener.onPresence?.(true);
  }

  #sendBegin({ assignment }: RemotePlace, { id }: RemoteClaim): void {
    const parameters = encodeParameters(this.#options.board, { request: this.#request });
    this.#send(masterSubject(id, 'begin'), encodeValue({ assignment, parameters } satisfies Begin));
  }

  #receive(message: Msg): void {
    const found = readWorkerSubject(message.subject);
    const place = found === null ? undefined : this.#claims.get(found.claim);
    // A worker whose place was given to another one learns it here.
    if (found === null || place?.claim?.id !== found.claim) {
      if (found !== null && found.message !== 'ended') this.#tell(found.claim, { type: 'stop' });
      return;
    }
    place.claim.heardMs = performance.now();
    this.#take(place, place.claim, { kind: found.message, frame: message.data });
  }

  #take(
    place: RemotePlace,
    claim: RemoteClaim,
    { kind, frame }: { readonly kind: WorkerMessage; readonly frame: Uint8Array },
  ): void {
    switch (kind) {
      case 'alive': {
        const { hasBegun } = aliveSchema.parse(JSON.parse(new TextDecoder().decode(frame)));
        // Its assignment was lost on the way, or is still on it; a worker takes only one.
        if (claim.isWorking && !hasBegun) this.#sendBegin(place, claim);
        return;
      }
      case 'gradient':
      case 'gradient16': {
        const whole = claim.gradients.take(frame);
        if (whole === null) return;
        const precision = kind === 'gradient' ? 'float32' : 'float16';
        const bytes = unpackGradient(whole.bytes, { ...this.#prepareUnpacking(place), precision });
        this.#takeGradient(place, claim, { ...whole, bytes });
        return;
      }
      case 'sum': {
        const whole = claim.gradients.take(frame);
        if (whole === null) return;
        const { sum, others } = unpackSum(whole.bytes, this.#prepareUnpacking(place));
        this.#takeGradient(place, claim, { ...whole, bytes: sum, others });
        return;
      }
      case 'state': {
        const whole = claim.states.take(frame);
        if (whole !== null) this.#takeState(place, claim, whole);
        return;
      }
      case 'ended': {
        const whole = claim.ends.take(frame);
        if (whole === null) return;
        const { error } = decodeValue(whole.bytes, endedSchema);
        if (error !== null) this.#lose(place, restoreError(error));
        else if (this.#isStopped) place.end.resolve();
        else this.#lose(place, new WorkerLostError(place.assignment.origin.worker, 'has left'));
        return;
      }
    }
  }

  #prepareUnpacking({ assignment: { shape } }: RemotePlace): Pick<UnpackOptions, 'shape' | 'allocate'> {
    return { shape, allocate: (bytes) => this.#allocate(bytes) };
  }

  #takeGradient(place: RemotePlace, claim: RemoteClaim, arrived: ArrivedGradient): void {
    const { number, bytes, others = [] } = arrived;
    if (noteGradient(claim, number)) {
      for (const other of others) this.#takePart(claim, other);
      claim.pending.set(bytes, number);
      place.listener.onGradient(bytes);
    } else if (![...claim.pending.values()].includes(number)) this.#noteAnswer(place, claim, number);
  }

  /** Takes what another worker of the same relay gave to a sum. */
  #takePart({ relay }: RemoteClaim, buffer: ArrayBuffer): void {
    const owner = this.#places.get(readOrigin(buffer).worker);
    if (owner?.claim?.relay === relay) owner.listener.onGradient(buffer);
  }

  #takeState({ listener }: RemotePlace, claim: RemoteClaim, { number, bytes }: WholeMessage): void {
    if (number > claim.state) listener.onState(decodeValue(bytes, workerStateSchema));
    claim.state = Math.max(claim.state, number);
    this.#tell(claim.id, { type: 'stateTaken', number });
  }

  #answer(place: RemotePlace, buffer: ArrayBuffer): void {
    const { claim } = place;
    const number = claim?.pending.get(buffer);
    if (claim === null || number === undefined) return;
    claim.pending.delete(buffer);
    this.#noteAnswer(place, claim, number);
  }

  /** Answers with the newest parameters, once for all gradients of a relay that arrived in this turn of the event loop. */
  #noteAnswer({ assignment }: RemotePlace, { relay }: RemoteClaim, number: number): void {
    const { worker, incarnation } = assignment.origin;
    const answers = this.#answers.get(relay);
    const answer = { worker, incarnation, number };
    if (answers !== undefined) answers.push(answer);
    else this.#answers.set(relay, [answer]);
    this.#turn ??= setImmediate(() => {
      this.#sendAnswers();
    });
  }

  #sendAnswers(): void {
    this.#turn = null;
    for (const [relay, answers] of this.#answers) {
      const message = encodeParameters(this.#options.board, {
        request: this.#request,
        answers,
        halved: this.#halved,
      });
      this.#send(masterSubject(relay, 'parameters'), message);
    }
    this.#answers.clear();
  }

  /** Frees a place; its worker has ended, or is told to. */
  #lose(place: RemotePlace, error: Error): void {
    this.#free(place);
    place.listener.onPresence?.(false);
    if (this.#isStopped) place.end.resolve();
    else place.end.reject(error);
  }

  #free(place: RemotePlace): void {
    const { claim } = place;
    if (claim === null) return;
    place.claim = null;
    this.#claims.delete(claim.id);
    this.#tell(claim.id, { type: 'stop' });
  }

  #tick(): void {
    const now = performance.now();
    for (const place of this.#places.values()) {
      if (place.claim !== null && now - place.claim.heardMs > lostAfterMs)
        this.#lose(
          place,
          new WorkerLostError(place.assignment.origin.worker, `was not heard for ${lostAfterMs / 1_000} s`),
        );
    }
    if (this.#isGathering) this.#admitNew();
    this.#tellAll({ type: 'alive', request: this.#request });
  }

  #tellAll(control: Control): void {
    for (const claim of this.#claims.keys()) this.#tell(claim, control);
  }

  #tell(claim: string, control: Control): void {
    this.#options.connection.publish(masterSubject(claim, 'control'), JSON.stringify(control));
  }

  #send(subject: string, message: Uint8Array, number = 0): void {
    for (const frame of splitFrames(number, message)) this.#options.connection.publish(subject, frame);
  }
}
