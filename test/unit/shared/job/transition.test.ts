import { describe, expect, it } from 'vitest';
import { jobStates } from '../../../../src/shared/job/job-states.ts';
import {
  IllegalTransitionError,
  isActive,
  isFinished,
  jobEvents,
  transition,
} from '../../../../src/shared/job/transition.ts';

describe('transition', () => {
  it('leads a job from the queue to success', () => {
    expect(transition('queued', 'start')).toBe('running');
    expect(transition('running', 'succeed')).toBe('succeeded');
  });

  it('cancels a waiting job at once and a running one by way of its master', () => {
    expect(transition('queued', 'cancel')).toBe('cancelled');
    expect(transition('running', 'cancel')).toBe('cancelling');
    expect(transition('cancelling', 'cancelled')).toBe('cancelled');
  });

  it('pauses and resumes', () => {
    expect(transition('running', 'pause')).toBe('pausing');
    expect(transition('pausing', 'paused')).toBe('paused');
    expect(transition('paused', 'resume')).toBe('queued');
  });

  it('keeps the request to pause or cancel when the master disappears', () => {
    expect(transition('running', 'interrupt')).toBe('queued');
    expect(transition('pausing', 'interrupt')).toBe('paused');
    expect(transition('cancelling', 'interrupt')).toBe('cancelled');
  });

  it('allows a finished job only to be resumed', () => {
    for (const state of jobStates.filter(isFinished)) {
      for (const event of jobEvents) {
        if (event === 'resume' && state !== 'cancelled') expect(transition(state, event)).toBe('queued');
        else expect(() => transition(state, event)).toThrow(IllegalTransitionError);
      }
    }
  });

  it('knows exactly these legal moves and refuses all others', () => {
    const legal = jobStates.flatMap((state) =>
      jobEvents.flatMap((event) => {
        try {
          return [`${state} ${event} ${transition(state, event)}`];
        } catch (error) {
          expect(error).toBeInstanceOf(IllegalTransitionError);
          return [];
        }
      }),
    );
    expect(legal).toEqual([
      'queued start running',
      'queued pause paused',
      'queued cancel cancelled',
      'queued fail failed',
      'running pause pausing',
      'running cancel cancelling',
      'running interrupt queued',
      'running succeed succeeded',
      'running fail failed',
      'pausing paused paused',
      'pausing cancel cancelling',
      'pausing interrupt paused',
      'pausing succeed succeeded',
      'pausing fail failed',
      'paused resume queued',
      'paused cancel cancelled',
      'cancelling paused cancelled',
      'cancelling cancelled cancelled',
      'cancelling interrupt cancelled',
      'cancelling succeed succeeded',
      'succeeded resume queued',
      'failed resume queued',
    ]);
  });

  it('says what cannot be done', () => {
    expect(() => transition('succeeded', 'cancel')).toThrow('a job that is succeeded cannot be cancelled');
  });
});

describe('isActive', () => {
  it('holds for the states that have a master', () => {
    expect(jobStates.filter(isActive)).toEqual(['running', 'pausing', 'cancelling']);
  });
});
