// State machine of a job, as a table. Nothing else may change a job's state.
import { AppError } from '../errors/app-error.ts';
import type { JobState } from './job.ts';

/** Events of a job. `interrupt`: its master has ended unfinished, for any reason. */
export const jobEvents = [
  'start',
  'pause',
  'paused',
  'resume',
  'cancel',
  'cancelled',
  'interrupt',
  'succeed',
  'fail',
] as const;
export type LifecycleEvent = (typeof jobEvents)[number];

/** The job's state does not allow this call; the API answers 409. */
export class IllegalTransitionError extends AppError {
  readonly code = 'ILLEGAL_TRANSITION';

  constructor(state: JobState, event: LifecycleEvent) {
    super(`a job that is ${state} cannot ${verbs[event]}`);
  }
}

const verbs: Record<LifecycleEvent, string> = {
  start: 'start',
  pause: 'pause',
  paused: 'become paused',
  resume: 'resume',
  cancel: 'be cancelled',
  cancelled: 'become cancelled',
  interrupt: 'be interrupted',
  succeed: 'succeed',
  fail: 'fail',
};

const transitions: Record<JobState, Partial<Record<LifecycleEvent, JobState>>> = {
  queued: { start: 'running', pause: 'paused', cancel: 'cancelled', fail: 'failed' },
  running: {
    pause: 'pausing',
    cancel: 'cancelling',
    interrupt: 'queued',
    succeed: 'succeeded',
    fail: 'failed',
  },
  // A master may reach its limit while the request to pause or cancel is still on its way.
  pausing: {
    paused: 'paused',
    cancel: 'cancelling',
    interrupt: 'paused',
    succeed: 'succeeded',
    fail: 'failed',
  },
  paused: { resume: 'queued', cancel: 'cancelled' },
  cancelling: { cancelled: 'cancelled', paused: 'cancelled', interrupt: 'cancelled', succeed: 'succeeded' },
  // A finished job may continue with larger limits, or be tried again.
  succeeded: { resume: 'queued' },
  failed: { resume: 'queued' },
  cancelled: {},
};

/** Returns the state after `event`. Throws IllegalTransitionError if the state does not allow the event. */
export function transition(state: JobState, event: LifecycleEvent): JobState {
  const next = transitions[state][event];
  if (next === undefined) throw new IllegalTransitionError(state, event);
  return next;
}

/** Whether the job's state no longer changes by itself. */
export function isFinished(state: JobState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/** Whether a master works, or should work, on the job. */
export function isActive(state: JobState): boolean {
  return state === 'running' || state === 'pausing' || state === 'cancelling';
}
