// What a person can do with jobs.
import type { JobState } from '../../../src/shared/job/job.ts';
import { call, callOnly } from '../api.ts';

export type JobAction = 'pause' | 'resume' | 'cancel' | 'delete';

const finishedStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];

export const isFinished = (state: JobState): boolean => finishedStates.includes(state);

/** Whether a job's state allows the action. A finished job is resumed with larger limits, which its own page asks for. */
export function isAllowed(action: JobAction, state: JobState): boolean {
  switch (action) {
    case 'pause':
      return state === 'running' || state === 'queued';
    case 'resume':
      return state === 'paused';
    case 'cancel':
      return !isFinished(state) && state !== 'cancelling';
    case 'delete':
      return isFinished(state);
  }
}

/** Throws CallError. */
export async function act(action: JobAction, id: string): Promise<void> {
  if (action === 'delete') await callOnly(`jobs/${id}`, { method: 'DELETE' });
  else await call(`jobs/${id}/${action}`, { method: 'POST' });
}
