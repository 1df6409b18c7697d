import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { createJobId } from '../../../../src/server/store/job-record.ts';

describe('EventBus', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function listen() {
    const bus = new EventBus();
    const id = createJobId();
    const listener = vi.fn();
    return { bus, id, listener, unsubscribe: bus.subscribe(id, listener) };
  }

  it('tells of every change at once, and only who listens to that job', () => {
    const { bus, id, listener, unsubscribe } = listen();
    bus.publish(id);
    bus.publish(id);
    bus.publish(createJobId());
    expect(listener).toHaveBeenCalledTimes(2);
    expect(bus.revision).toBe(3);
    unsubscribe();
    bus.publish(id);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('tells of the first report at once, and of those that follow soon after together', () => {
    const { bus, id, listener } = listen();
    for (let report = 0; report < 5; report += 1) bus.publishReport(id);
    expect(listener).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(listener).toHaveBeenCalledTimes(2);
    bus.publishReport(id);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('tells of a change of state at once, and then not again of the reports before it', () => {
    const { bus, id, listener } = listen();
    bus.publishReport(id);
    bus.publishReport(id);
    bus.publish(id);
    expect(listener).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1000);
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
