// Small model of a job's life, written from the documentation: what calls answer in each state, and what happens by
// itself. It uses nothing of the code that it judges.
import type { JobState } from '../../../src/shared/job/job.ts';

/** How the master of a job behaves. */
export const masterKinds = ['run', 'succeed', 'fail', 'kill-itself'] as const;
export type MasterKind = (typeof masterKinds)[number];

export const calls = ['pause', 'resume', 'cancel', 'delete'] as const;
export type Call = (typeof calls)[number];

/** States that may follow without any call. A master may end in its own way before it hears what it is told. */
const spontaneous: Record<MasterKind, Partial<Record<JobState, readonly JobState[]>>> = {
  run: { queued: ['running'], pausing: ['paused'], cancelling: ['cancelled'] },
  succeed: {
    queued: ['running'],
    running: ['succeeded'],
    pausing: ['paused', 'succeeded'],
    cancelling: ['cancelled', 'succeeded'],
  },
  fail: {
    queued: ['running'],
    running: ['failed'],
    pausing: ['paused', 'failed'],
    cancelling: ['cancelled'],
  },
  'kill-itself': {
    queued: ['running'],
    running: ['queued', 'failed'],
    pausing: ['paused', 'failed'],
    cancelling: ['cancelled'],
  },
};

/** The state a call leads to, or null where it is refused with 409. A deleted job is `gone`. */
const effects: Record<Call, Partial<Record<JobState, JobState | 'gone'>>> = {
  pause: { queued: 'paused', running: 'pausing', pausing: 'pausing', paused: 'paused' },
  resume: {
    queued: 'queued',
    running: 'running',
    paused: 'queued',
    succeeded: 'queued',
    failed: 'queued',
  },
  cancel: {
    queued: 'cancelled',
    running: 'cancelling',
    pausing: 'cancelling',
    paused: 'cancelled',
    cancelling: 'cancelling',
    cancelled: 'cancelled',
  },
  delete: { succeeded: 'gone', failed: 'gone', cancelled: 'gone' },
};

export type ModelState = JobState | 'gone';

/** All states a job may be in by now, when it was in one of these. */
export function waitAny(kind: MasterKind, states: ReadonlySet<ModelState>): Set<ModelState> {
  const reached = new Set(states);
  for (const state of reached) {
    if (state !== 'gone') for (const next of spontaneous[kind][state] ?? []) reached.add(next);
  }
  return reached;
}

/** What a call may answer in one of these states: 404, 409, or its success with the state that follows. */
export function listOutcomes(
  call: Call,
  states: ReadonlySet<ModelState>,
): { status: number; state: ModelState }[] {
  return [...states].map((state) => {
    if (state === 'gone') return { status: 404, state };
    const next = effects[call][state];
    if (next === undefined) return { status: 409, state };
    return { status: call === 'delete' ? 204 : 202, state: next };
  });
}

/** Whether one state may follow another in a job's events, whatever happened between them. */
export function mayFollow(from: JobState, to: JobState): boolean {
  const bySelf = masterKinds.some((kind) => spontaneous[kind][from]?.includes(to));
  const byCall = calls.some((call) => effects[call][from] === to);
  return (bySelf || byCall) && from !== to;
}
