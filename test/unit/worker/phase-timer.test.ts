// The stopwatch of a worker, with a clock that goes on as the test says.
import { describe, expect, it } from 'vitest';
import { PhaseTimer } from '../../../src/worker/phase-timer.ts';

function createTimer() {
  let now = 1000;
  let readings = 0;
  const timer = new PhaseTimer(() => {
    readings += 1;
    return now;
  });
  /** A rollout of two steps that take 1 and 2 ms each, then 3 ms of learning and 4 of waiting, times `scale`. */
  const playCycle = (scale = 1): number[] => {
    timer.beginRollout();
    const taken = [...timer.takeTimes()];
    for (let step = 0; step < 2; step += 1) {
      timer.enter('acting');
      now += scale;
      timer.enter('stepping');
      now += 2 * scale;
    }
    timer.enter('learning');
    now += 2 * scale;
    timer.enter('waiting');
    now += 4 * scale;
    timer.enter('learning');
    now += scale;
    return taken;
  };
  return { timer, playCycle, countReadings: () => readings };
}

const nothing = [0, 0, 0, 0];
/** Rollouts of 13/16 ms, of which 12 are left out within 10 ms. */
const short = 1 / 16;
const leftOut = 12;

describe('a timed rollout', () => {
  it('is told with the next one, with all that came after it', () => {
    const { playCycle } = createTimer();
    expect(playCycle()).toEqual(nothing);
    expect(playCycle()).toEqual([2, 4, 3, 4]);
  });

  it('is told once', () => {
    const { timer, playCycle } = createTimer();
    playCycle();
    expect(playCycle()).not.toEqual(nothing);
    expect([...timer.takeTimes()]).toEqual(nothing);
  });

  it('keeps its times to itself', () => {
    const { playCycle } = createTimer();
    playCycle();
    playCycle(10);
    expect(playCycle(100)).toEqual([20, 40, 30, 40]);
    expect(playCycle()).toEqual([200, 400, 300, 400]);
  });
});

describe('a rollout that is not timed', () => {
  it('reads no clock', () => {
    const { playCycle, countReadings } = createTimer();
    playCycle(short);
    playCycle(short);
    const before = countReadings();
    for (let rollout = 2; rollout <= leftOut; rollout += 1) expect(playCycle(short)).toEqual(nothing);
    expect(countReadings()).toBe(before);
    playCycle(short);
    expect(countReadings()).toBeGreaterThan(before);
  });

  it('counts as if it had taken as long as the next one that is', () => {
    const { playCycle } = createTimer();
    for (let rollout = 0; rollout <= leftOut; rollout += 1) playCycle(short);
    playCycle();
    expect(playCycle()).toEqual([2, 4, 3, 4].map((time) => (1 + leftOut) * time));
  });

  it('stands between two that are, however short rollouts are', () => {
    const { playCycle } = createTimer();
    const timed = Array.from({ length: 200 }, () => playCycle(1e-6)).flatMap((times, rollout) =>
      times.some((time) => time > 0) ? [rollout] : [],
    );
    expect(timed).toEqual([1, 65, 129, 193]);
  });
});

it('every rollout of more than 10 ms is timed', () => {
  const { playCycle } = createTimer();
  playCycle();
  for (let rollout = 0; rollout < 5; rollout += 1) expect(playCycle()).toEqual([2, 4, 3, 4]);
});
