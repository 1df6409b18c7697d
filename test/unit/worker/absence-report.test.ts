import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AbsenceReport } from '../../../src/worker/absence-report.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createReport(): { report: AbsenceReport; sent: boolean[] } {
  const sent: boolean[] = [];
  const report = new AbsenceReport();
  report.begin((isPresent) => sent.push(isPresent));
  return { report, sent };
}

describe('a worker that waits for its environment', () => {
  it('says so after half a second, and when it goes on', () => {
    const { report, sent } = createReport();
    report.note(true);
    vi.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    report.note(true);
    expect(sent).toEqual([false]);
    report.note(false);
    expect(sent).toEqual([false, true]);
  });

  it('says nothing of a short absence, or after its end', () => {
    const { report, sent } = createReport();
    report.note(true);
    vi.advanceTimersByTime(400);
    report.note(false);
    vi.advanceTimersByTime(1000);
    report.note(true);
    report.close();
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([]);
  });
});
