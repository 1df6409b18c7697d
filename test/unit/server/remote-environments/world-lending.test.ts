// Who gets which world, without sockets.
import { beforeEach, describe, expect, it } from 'vitest';
import type { LoanPurpose } from '../../../../src/shared/environments/remote-origin.ts';
import {
  WorldLending,
  type Borrower,
  type LentWorld,
  type Seat,
} from '../../../../src/server/remote-environments/world-lending.ts';

class TestSeat implements Seat {
  world: LentWorld | null = null;
  losses = 0;
  readonly borrower: TestBorrower;

  constructor(borrower: TestBorrower) {
    this.borrower = borrower;
  }

  onWorld(): void {
    this.borrower.gains += 1;
  }

  onLoss(): void {
    this.losses += 1;
  }
}

class TestBorrower implements Borrower {
  readonly purpose: LoanPurpose;
  readonly seats: TestSeat[];
  readonly told: number[] = [];
  gains = 0;

  constructor(count: number, purpose: LoanPurpose = 'training') {
    this.purpose = purpose;
    this.seats = Array.from({ length: count }, () => new TestSeat(this));
  }

  get worlds(): number {
    return this.seats.filter(({ world }) => world !== null).length;
  }

  onMissing(missing: number): void {
    this.told.push(missing);
  }
}

let lending = new WorldLending();
beforeEach(() => {
  lending = new WorldLending();
});

function createWorlds(count: number, peer: object = {}): LentWorld[] {
  return Array.from({ length: count }, () => ({ peer, seat: null }));
}

function borrow(count: number, purpose?: LoanPurpose): TestBorrower {
  const borrower = new TestBorrower(count, purpose);
  lending.open(borrower);
  return borrower;
}

function seatOf(borrower: TestBorrower, index = 0): TestSeat {
  const seat = borrower.seats[index];
  if (!seat) throw new RangeError(`no seat ${index}`);
  return seat;
}

describe('a batch of worlds', () => {
  it('gets all its worlds at once, or none', () => {
    const batch = borrow(3);
    expect([batch.worlds, batch.told]).toEqual([0, [3]]);
    lending.add(createWorlds(2));
    expect([batch.worlds, batch.told]).toEqual([0, [3]]);
    lending.add(createWorlds(2));
    expect([batch.worlds, batch.told]).toEqual([3, [3, 0]]);
    expect(lending.count()).toEqual({ worlds: 4, lent: 3 });
  });

  it('is not told that nothing is missing if nothing ever was', () => {
    lending.add(createWorlds(2));
    expect(borrow(2).told).toEqual([]);
  });

  it('does not keep smaller ones from worlds that are not enough for itself', () => {
    const large = borrow(3);
    lending.add(createWorlds(1));
    const small = borrow(1);
    expect([large.worlds, small.worlds]).toEqual([0, 1]);
  });

  it('keeps its worlds until it ends, and then others get them', () => {
    lending.add(createWorlds(1));
    const [first, second] = [borrow(1), borrow(1)];
    expect([first.worlds, second.worlds]).toEqual([1, 0]);
    lending.noteEpisodeEnd(seatOf(first));
    expect([first.worlds, second.worlds]).toEqual([1, 0]);
    lending.close(first);
    expect([second.worlds, second.told]).toEqual([1, [1, 0]]);
  });

  it('spreads over peers that have less to do', () => {
    const [a, b] = [{}, {}];
    lending.add(createWorlds(2, a));
    lending.add(createWorlds(2, b));
    const peers = [borrow(1), borrow(1)].map((borrower) => seatOf(borrower).world?.peer);
    expect(new Set(peers).size).toBe(2);
  });
});

describe('a world that is gone', () => {
  it('is replaced by the next one that comes, before new batches get it', () => {
    const [first, other] = [createWorlds(1), createWorlds(1)];
    lending.add(first);
    lending.add(other);
    const batch = borrow(2);
    const waiting = borrow(1);
    lending.remove(first);
    expect(batch.told).toEqual([1]);
    expect(batch.seats.map(({ losses }) => losses).sort()).toEqual([0, 1]);
    lending.add(createWorlds(1));
    expect([batch.worlds, batch.told, waiting.worlds]).toEqual([2, [1, 0], 0]);
  });

  it('lets the oldest batch go on with the worlds of a younger one, if neither can step', () => {
    const peers = [createWorlds(2), createWorlds(2)];
    for (const worlds of peers) lending.add(worlds);
    const [old, young] = [borrow(2), borrow(2)];
    // Each of them loses a world.
    const lost = [seatOf(old).world, seatOf(young).world].filter((world) => world !== null);
    lending.remove(lost);
    expect([old.worlds, young.worlds]).toEqual([2, 0]);
    expect(young.told.at(-1)).toBe(2);
    lending.add(createWorlds(1));
    // Like a new one, it gets all or none.
    expect(young.worlds).toBe(0);
    lending.add(createWorlds(1));
    expect(young.worlds).toBe(2);
  });

  it('takes no worlds away from a batch that can step', () => {
    const [first, second] = [createWorlds(1), createWorlds(1)];
    lending.add(first);
    const old = borrow(1);
    lending.add(second);
    const young = borrow(1);
    lending.remove(first);
    expect([old.worlds, young.worlds]).toEqual([0, 1]);
  });
});

describe('an evaluation', () => {
  it('takes a free world at once', () => {
    lending.add(createWorlds(2));
    const batch = borrow(1);
    expect([borrow(1, 'evaluation').worlds, batch.worlds]).toEqual([1, 1]);
  });

  it('takes the only world when its episode ends, and gives it back', () => {
    lending.add(createWorlds(1));
    const batch = borrow(1);
    const evaluation = borrow(1, 'evaluation');
    expect(evaluation.worlds).toBe(0);
    lending.noteEpisodeEnd(seatOf(batch));
    expect([evaluation.worlds, batch.worlds, batch.told]).toEqual([1, 0, [1]]);
    // It does not take it from itself.
    lending.noteEpisodeEnd(seatOf(evaluation));
    lending.close(evaluation);
    expect([batch.worlds, batch.told]).toEqual([1, [1, 0]]);
  });

  it('takes a world at once from a batch that cannot step', () => {
    const [first, second] = [createWorlds(1), createWorlds(1)];
    lending.add(first);
    lending.add(second);
    const batch = borrow(2);
    lending.remove(first);
    const evaluation = borrow(1, 'evaluation');
    expect([evaluation.worlds, batch.worlds]).toEqual([1, 0]);
    lending.close(evaluation);
    lending.add(createWorlds(1));
    expect(batch.worlds).toBe(2);
  });

  it('costs other batches no episode: its world comes back by itself', () => {
    lending.add(createWorlds(3));
    const [old, young] = [borrow(1), borrow(2)];
    const evaluation = borrow(1, 'evaluation');
    lending.noteEpisodeEnd(seatOf(old));
    expect(evaluation.worlds).toBe(1);
    lending.remove([seatOf(young).world].filter((world) => world !== null));
    expect([old.worlds, young.worlds]).toEqual([0, 1]);
    lending.close(evaluation);
    expect([old.worlds, young.worlds]).toEqual([1, 1]);
  });
});
