// Pace of a live page, on a clock of the test.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PicturePace, pictureIntervalMs } from '../../../web/src/state/picture-pace.ts';

class FakePage extends EventTarget {
  hidden = false;

  setHidden(isHidden: boolean): void {
    this.hidden = isHidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

describe('the pace of pictures', () => {
  let page = new FakePage();
  beforeEach(() => {
    vi.useFakeTimers();
    page = new FakePage();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('draws the first news at once, and those of a second together', () => {
    const draw = vi.fn();
    const pace = new PicturePace(page, draw);
    pace.request();
    vi.advanceTimersByTime(1);
    expect(draw).toHaveBeenCalledTimes(1);
    for (let news = 0; news < 100; news += 1) pace.request();
    vi.advanceTimersByTime(pictureIntervalMs - 2);
    expect(draw).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2);
    expect(draw).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10 * pictureIntervalMs);
    expect(draw).toHaveBeenCalledTimes(2);
  });

  it('draws nothing while nobody sees the page, and what is new as soon as somebody does', () => {
    const draw = vi.fn();
    const pace = new PicturePace(page, draw);
    pace.request();
    page.setHidden(true);
    vi.advanceTimersByTime(10 * pictureIntervalMs);
    pace.request();
    vi.advanceTimersByTime(10 * pictureIntervalMs);
    expect(draw).toHaveBeenCalledTimes(0);
    page.setHidden(false);
    expect(draw).toHaveBeenCalledTimes(1);
    page.setHidden(true);
    page.setHidden(false);
    expect(draw).toHaveBeenCalledTimes(1);
  });

  it('draws nothing after it was stopped', () => {
    const draw = vi.fn();
    const pace = new PicturePace(page, draw);
    pace.request();
    pace.stop();
    page.setHidden(true);
    page.setHidden(false);
    vi.advanceTimersByTime(10 * pictureIntervalMs);
    expect(draw).not.toHaveBeenCalled();
  });
});
