// Lending of worlds: which world of which peer plays for which seat. A borrower is a batch of a worker: its worlds step
// together, so it gets all of them at once, and keeps them until it ends. An evaluation needs one world. If none is free,
// it takes the next one whose episode ends, and training goes on afterwards.
import type { LoanPurpose } from '../../shared/environments/remote-origin.ts';

/** World of a peer. */
export interface LentWorld {
  readonly peer: object;
  seat: Seat | null;
}

/** Place for one world of a borrower. */
export interface Seat {
  readonly borrower: Borrower;
  world: LentWorld | null;
  /** A world has come. */
  onWorld(world: LentWorld): void;
  /** The world is gone. */
  onLoss(): void;
}

export interface Borrower {
  readonly purpose: LoanPurpose;
  readonly seats: readonly Seat[];
  /** Called when the number of worlds that it waits for has changed. */
  onMissing(missing: number): void;
}

interface Loan {
  readonly borrower: Borrower;
  /** Whether it has had all its worlds once: it may then keep some while it waits for others. */
  isServed: boolean;
  /** Last number that the borrower was told; null before the first time. */
  missing: number | null;
}

export class WorldLending {
  readonly #worlds = new Set<LentWorld>();
  /** In the order in which they came. */
  readonly #loans = new Map<Borrower, Loan>();

  /** Number of worlds, and how many of them are lent. */
  count(): { readonly worlds: number; readonly lent: number } {
    let lent = 0;
    for (const { seat } of this.#worlds) if (seat !== null) lent += 1;
    return { worlds: this.#worlds.size, lent };
  }

  add(worlds: Iterable<LentWorld>): void {
    for (const world of worlds) this.#worlds.add(world);
    this.#distribute();
  }

  remove(worlds: Iterable<LentWorld>): void {
    for (const world of worlds) {
      this.#worlds.delete(world);
      if (world.seat !== null) takeBack(world.seat);
    }
    this.#distribute();
  }

  open(borrower: Borrower): void {
    this.#loans.set(borrower, { borrower, isServed: false, missing: null });
    this.#distribute();
  }

  close(borrower: Borrower): void {
    this.#loans.delete(borrower);
    for (const { world } of borrower.seats) if (world !== null) release(world);
    this.#distribute();
  }

  /** Call it between two episodes of a seat: an evaluation that waits for a world takes this one. */
  noteEpisodeEnd(seat: Seat): void {
    if (seat.borrower.purpose === 'evaluation' || seat.world === null) return;
    if (!this.#list('evaluation').some(isIncomplete)) return;
    takeBack(seat);
    this.#distribute();
  }

  #distribute(): void {
    const evaluations = this.#list('evaluation');
    const served = this.#list('training').filter(({ isServed }) => isServed);
    for (const loan of [...evaluations, ...served]) this.#fill(loan);
    this.#robStuck([...evaluations, ...served]);
    for (const loan of this.#list('training'))
      if (!loan.isServed && countMissing(loan) <= this.#listFree().length) this.#fill(loan);
    for (const loan of this.#loans.values()) tell(loan);
  }

  /** Gives the borrower what is free, as far as it goes. */
  #fill(loan: Loan): void {
    const free = this.#listFree();
    for (const seat of loan.borrower.seats) {
      if (seat.world !== null) continue;
      const world = free.pop();
      if (world === undefined) return;
      seat.world = world;
      world.seat = seat;
      seat.onWorld(world);
    }
    loan.isServed = true;
  }

  /**
   * A borrower that misses a world cannot step, so that its other worlds are of use to nobody. Those of the youngest such
   * borrowers go to the oldest, if that is then complete. The world of an evaluation comes back by itself.
   */
  #robStuck(loans: readonly Loan[]): void {
    const stuck = loans.filter(isIncomplete);
    const isEvaluating = this.#list('evaluation').some((loan) => !isIncomplete(loan));
    for (const [place, loan] of stuck.entries()) {
      if (isEvaluating && loan.borrower.purpose === 'training') continue;
      const victims = stuck.slice(place + 1).filter(({ borrower }) => borrower.purpose === 'training');
      const lent = victims.flatMap(({ borrower }) => borrower.seats.filter(({ world }) => world !== null));
      const wanted = countMissing(loan);
      if (lent.length < wanted) continue;
      for (const seat of lent.reverse().slice(0, wanted)) takeBack(seat);
      for (const victim of victims)
        if (victim.borrower.seats.every(({ world }) => world === null)) victim.isServed = false;
      this.#fill(loan);
    }
  }

  /** Lists the worlds that are not lent; those of the peers that have least to do come last. */
  #listFree(): LentWorld[] {
    const busy = new Map<object, number>();
    for (const { seat, peer } of this.#worlds) if (seat !== null) busy.set(peer, (busy.get(peer) ?? 0) + 1);
    return [...this.#worlds]
      .filter(({ seat }) => seat === null)
      .sort((a, b) => (busy.get(b.peer) ?? 0) - (busy.get(a.peer) ?? 0));
  }

  #list(purpose: LoanPurpose): Loan[] {
    return [...this.#loans.values()].filter(({ borrower }) => borrower.purpose === purpose);
  }
}

function countMissing({ borrower }: Loan): number {
  return borrower.seats.filter(({ world }) => world === null).length;
}

function isIncomplete(loan: Loan): boolean {
  return countMissing(loan) > 0;
}

function release(world: LentWorld): void {
  if (world.seat !== null) world.seat.world = null;
  world.seat = null;
}

/** Takes a seat's world away from it. */
function takeBack(seat: Seat): void {
  if (seat.world !== null) release(seat.world);
  seat.onLoss();
}

function tell(loan: Loan): void {
  const missing = countMissing(loan);
  if (missing === loan.missing) return;
  const isFirst = loan.missing === null;
  loan.missing = missing;
  if (missing > 0 || !isFirst) loan.borrower.onMissing(missing);
}
