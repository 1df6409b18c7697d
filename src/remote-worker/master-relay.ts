// Relay between a master and the workers of this process that work for it: they read parameters from one board, and
// their gradients travel together. A message between two processes costs more than a small gradient, so a gradient waits
// a little for others, and one write takes them all. If the job wants it, they are added up and travel as one.
import { randomUUID } from 'node:crypto';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { FrameAssembler } from '../shared/nats/frames.ts';
import {
  publishParameters,
  readParametersHeader,
  type GradientAnswer,
  type StateRequest,
} from '../shared/nats/parameters-message.ts';
import { masterSubject } from '../shared/nats/subjects.ts';
import { readGradientHeader, viewGradient } from '../shared/protocol/gradient-buffer.ts';
import type { WorkerAssignment } from '../shared/protocol/worker-task.ts';
import { areFinite } from '../shared/statistics/are-finite.ts';
import { ParameterBoard } from '../shared/transport/parameter-board.ts';
import type { RunLogger } from '../master/machine.ts';
import type { MasterLink } from './master-link.ts';

/** How long a gradient waits for others at most. */
const longestWaitMs = 2;

/** A worker of this process. */
export interface RelayMember {
  readonly assignment: Pick<WorkerAssignment, 'origin' | 'spec' | 'isSynchronous' | 'buffers' | 'shape'>;
  readonly link: MasterLink;
  /** Takes a buffer whose gradient was answered. */
  readonly returnBuffer: (buffer: ArrayBuffer) => void;
  readonly takeRequest: (request: StateRequest) => void;
  /** The master was heard. */
  readonly noteHeard: () => void;
}

interface WaitingGradient {
  readonly member: RelayMember;
  readonly buffer: ArrayBuffer;
}

export class MasterRelay {
  readonly id = randomUUID();
  readonly #logger: RunLogger;
  readonly #members = new Set<RelayMember>();
  readonly #frames = new FrameAssembler(createReuse());
  #waiting: WaitingGradient[] = [];
  #board: ParameterBoard | null = null;
  #version = -1;
  #turn: NodeJS.Immediate | null = null;
  /** The workers of buffers that were added to another worker's. */
  readonly #lent = new Map<ArrayBuffer, RelayMember>();
  /** Sends what has waited long enough. */
  #timer: NodeJS.Timeout | null = null;
  readonly #close: () => void;

  /** Listens for parameters until `close` is called. */
  constructor(connection: NatsConnection, logger: RunLogger) {
    this.#logger = logger;
    const subscription = connection.subscribe(masterSubject(this.id, 'parameters'), {
      callback: (error, message) => {
        if (error === null) this.#guard(message);
      },
    });
    this.#close = () => {
      subscription.unsubscribe();
    };
  }

  /** Returns the board that workers read, with these first parameters unless it has newer ones. */
  openBoard(size: number, first: ArrayBuffer): ParameterBoard {
    this.#board ??= new ParameterBoard(size);
    this.#publish(first);
    return this.#board;
  }

  join(member: RelayMember): void {
    this.#members.add(member);
  }

  leave(member: RelayMember): void {
    this.#members.delete(member);
    this.#waiting = this.#waiting.filter((waiting) => waiting.member !== member);
    // Nobody sends its sums again, so what others gave to them may be lost, and is not waited for.
    for (const buffer of member.link.takeUnanswered()) this.#return(buffer, member);
    this.#sendSoon();
  }

  sendGradient(member: RelayMember, buffer: ArrayBuffer): void {
    this.#waiting.push({ member, buffer });
    this.#sendSoon();
  }

  close(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#close();
  }

  #guard(message: Msg): void {
    try {
      const whole = this.#frames.take(message.data);
      for (const { noteHeard } of this.#members) noteHeard();
      if (whole !== null) this.#takeParameters(whole.bytes);
    } catch (error) {
      this.#logger.warn({ err: error, subject: message.subject }, 'message refused');
    }
  }

  #takeParameters(bytes: ArrayBuffer): void {
    if (this.#board === null) return;
    const { answers, request } = readParametersHeader(bytes);
    // Before the version that it is about, which lets workers begin a rollout.
    for (const { takeRequest } of this.#members) takeRequest(request);
    this.#publish(bytes);
    for (const answer of answers) this.#takeAnswer(answer);
    this.#sendSoon();
  }

  #publish(bytes: ArrayBuffer): void {
    const header = readParametersHeader(bytes);
    if (this.#board === null || header.version <= this.#version) return;
    this.#version = header.version;
    publishParameters(bytes, header, this.#board);
  }

  #takeAnswer({ worker, incarnation, number }: GradientAnswer): void {
    for (const member of this.#members) {
      const { origin } = member.assignment;
      if (origin.worker !== worker || origin.incarnation !== incarnation) continue;
      for (const buffer of member.link.takeAnswer(number)) this.#return(buffer, member);
    }
  }

  /** Returns a buffer to its worker, unless that has left. */
  #return(buffer: ArrayBuffer, sender: RelayMember): void {
    const owner = this.#lent.get(buffer) ?? sender;
    this.#lent.delete(buffer);
    if (this.#members.has(owner)) owner.returnBuffer(buffer);
  }

  /** Sends what may be sent at the end of this turn of the event loop. */
  #sendSoon(): void {
    if (this.#waiting.length === 0) return;
    this.#turn ??= setImmediate(() => {
      this.#turn = null;
      if (this.#isDue()) this.#send();
      else
        this.#timer ??= setTimeout(() => {
          this.#send();
        }, longestWaitMs);
    });
  }

  /**
   * Whether the waiting gradients should be sent: when they are half of all buffers. The answers of one half arrive
   * while the other half is filled. Workers that learn in rounds send one gradient each, which waits for nothing.
   */
  #isDue(): boolean {
    let buffers = 0;
    for (const { assignment } of this.#members) {
      if (assignment.isSynchronous) return true;
      buffers += assignment.buffers;
    }
    return this.#waiting.length >= buffers / 2;
  }

  #send(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    const parts = waiting.filter(isForSum);
    const summed = parts.length > 1 ? parts : [];
    if (summed.length > 0) this.#sendSum(summed);
    for (const one of waiting) {
      if (summed.includes(one)) continue;
      const { member, buffer } = one;
      const { spec, shape } = member.assignment;
      member.link.sendGradient(buffer, shape, spec.remotePrecision);
    }
  }

  /** Sends the sum in the name of the oldest gradient, so that it is not younger than any of its parts. */
  #sendSum(parts: readonly WaitingGradient[]): void {
    const readVersion = ({ buffer }: WaitingGradient): number => readGradientHeader(buffer).parameterVersion;
    const [oldest, ...others] = parts.toSorted((a, b) => readVersion(a) - readVersion(b));
    if (oldest === undefined) return;
    for (const { member, buffer } of others) this.#lent.set(buffer, member);
    const { spec, shape } = oldest.member.assignment;
    const sum = { sum: oldest.buffer, others: others.map(({ buffer }) => buffer) };
    oldest.member.link.sendSum(sum, shape, spec.remotePrecision);
  }
}

/**
 * Whether a gradient may be added to others: it covers all parameters, is applied alone, and is finite. The master
 * refuses one that is not, and would refuse the whole sum.
 */
function isForSum({ member, buffer }: WaitingGradient): boolean {
  const { spec, isSynchronous, shape } = member.assignment;
  if (!spec.sumRemoteGradients || isSynchronous) return false;
  return readGradientHeader(buffer).coverage === 'everything' && areFinite(viewGradient(buffer, shape));
}

/** Gives the same memory again: parameters are copied to the board before the next message comes. */
function createReuse(): (bytes: number) => ArrayBuffer {
  let memory = new ArrayBuffer(0);
  return (bytes) => {
    if (memory.byteLength !== bytes) memory = new ArrayBuffer(bytes);
    return memory;
  };
}
