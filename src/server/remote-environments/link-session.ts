// Session of a worker: the seats of its batch, and the worlds that are lent to them. A world that leaves in the middle of
// an episode cuts the episode; the next world of the seat begins another one.
import {
  createFrame,
  createJsonFrame,
  CUT,
  FAILURE,
  type Frame,
  MISSING,
  readFloats,
  RESET,
  STEP,
} from '../../shared/remote-environments/link-frames.ts';
import type { LoanPurpose } from '../../shared/environments/remote-origin.ts';
import type { PeerError } from './peer-messages.ts';
import type { Peer, PeerWorld, WorldQuestion } from './peer.ts';
import type { Borrower, Seat } from './world-lending.ts';

export interface LinkSessionOptions {
  readonly environment: string;
  readonly purpose: LoanPurpose;
  readonly seats: number;
  readonly timeoutSeconds: number;
  /** Numbers of an action. */
  readonly actionSize: number;
  readonly write: (frame: Buffer) => void;
  /** Called between two episodes of a seat. */
  readonly onEpisodeEnd: (seat: Seat) => void;
  /** Called when a peer has something to send. */
  readonly onAsked: (peer: Peer) => void;
}

/** The job fails after this many mistakes of its peers without a single step between them. */
const maxFaultsInARow = 10;
const SEED_BYTES = 4;
const noAction = new Float32Array(0);

export class LinkSession implements Borrower {
  readonly purpose: LoanPurpose;
  readonly seats: readonly LinkSeat[];
  readonly #options: LinkSessionOptions;
  #faultsInARow = 0;

  constructor(options: LinkSessionOptions) {
    this.purpose = options.purpose;
    this.#options = options;
    this.seats = Array.from({ length: options.seats }, (_, index) => new LinkSeat(this, index, options));
  }

  /** Takes a question of the worker. Returns false if it makes no sense. */
  receive({ kind, seat, body }: Frame): boolean {
    const asked = this.seats[seat];
    if (asked === undefined) return false;
    if (kind === RESET && body.length === SEED_BYTES) {
      asked.reset(new DataView(body.buffer, body.byteOffset).getUint32(0, true));
      return true;
    }
    if (kind !== STEP) return false;
    const action = readFloats(body);
    if (action.length !== this.#options.actionSize) return false;
    asked.step(action);
    return true;
  }

  onMissing(missing: number): void {
    this.#options.write(createFrame(MISSING, missing, 0));
  }

  noteStep(): void {
    this.#faultsInARow = 0;
  }

  /** A peer of this session has made a mistake. */
  noteFault({ message }: PeerError): void {
    this.#faultsInARow += 1;
    if (this.#faultsInARow < maxFaultsInARow) return;
    const { environment } = this.#options;
    this.#options.write(
      createJsonFrame(
        FAILURE,
        0,
        `${environment}: ${maxFaultsInARow} peers in a row were disconnected without a step; the last one: ${message}`,
      ),
    );
  }
}

class LinkSeat implements Seat {
  readonly borrower: LinkSession;
  world: PeerWorld | null = null;
  readonly #index: number;
  readonly #options: LinkSessionOptions;
  /** The seed with which the next world must begin an episode; null: it need not. */
  #seed: number | null = null;
  /** The step that is not answered; null: there is none. */
  #question: WorldQuestion | null = null;
  /** Whether the episode has lost its world. */
  #isCut = false;

  constructor(borrower: LinkSession, index: number, options: LinkSessionOptions) {
    this.borrower = borrower;
    this.#index = index;
    this.#options = options;
  }

  reset(seed: number): void {
    this.#isCut = false;
    this.#question = null;
    this.#seed = seed;
    this.#options.onEpisodeEnd(this);
    if (this.world !== null && this.#question === null) this.#ask(this.world, noAction);
  }

  step(action: Float32Array): void {
    if (this.world === null || this.#isCut) this.#cut();
    else this.#ask(this.world, action);
  }

  onWorld(world: PeerWorld): void {
    if (this.#seed !== null) this.#ask(world, noAction);
  }

  onLoss(): void {
    const isStepping = this.#question !== null && this.#seed === null;
    this.#question = null;
    if (isStepping) this.#cut();
    else if (this.#seed === null) this.#isCut = true;
  }

  /** Ends the episode without an answer. */
  #cut(): void {
    this.#isCut = false;
    this.#options.write(createFrame(CUT, this.#index, 0));
  }

  #ask(world: PeerWorld, action: Float32Array): void {
    const question: WorldQuestion = {
      world: world.index,
      seed: this.#seed,
      action,
      timeoutSeconds: this.#options.timeoutSeconds,
      deliver: (frame) => {
        // Another world may play for this seat by now.
        if (this.#question !== question) return;
        this.#question = null;
        if (this.#seed === null) this.borrower.noteStep();
        this.#seed = null;
        frame.writeUInt32LE(this.#index, 8);
        this.#options.write(frame);
      },
    };
    this.#question = question;
    world.peer.ask(question);
    this.#options.onAsked(world.peer);
  }
}
