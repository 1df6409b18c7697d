// State of several jobs together.
import type { JobState } from '../../shared/job/job.ts';
import { isActive, isFinished } from '../../shared/job/transition.ts';

/** Returns the state that describes all of them: finished when each is, and failed if one of them failed. */
export function joinStates(states: readonly JobState[]): JobState {
  const has = (state: JobState): boolean => states.includes(state);
  if (states.some(isActive)) return 'running';
  if (has('queued')) return states.some(isFinished) ? 'running' : 'queued';
  if (has('paused')) return 'paused';
  if (has('failed')) return 'failed';
  if (has('cancelled')) return 'cancelled';
  return 'succeeded';
}
