// Master host: the place where the masters of jobs run.
import type { JobId } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { MasterMessage, ServerMessage } from '../../shared/protocol/messages.ts';

/** How a master ended: a process has a code or a signal, and neither where it never began. */
export interface MasterExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A job for a master. */
export interface MasterAssignment {
  readonly jobId: JobId;
  /** Number of the job's master, counted from 1. */
  readonly attempt: number;
  readonly spec: JobSpec;
  /** Where a custom environment is imported from; null for a built-in one. */
  readonly environmentModule: string | null;
  readonly logLevel: string;
}

/** Why a server asks a master to stop. */
export type MasterStopReason = Extract<ServerMessage, { type: 'stop' }>['reason'];

/** A master that runs somewhere, with a job or still without. */
export interface Master {
  /** Number of its process, for logs; undefined where it has none. */
  readonly pid: number | undefined;
  /** Resolves when the master is gone; never rejects. */
  readonly exited: Promise<MasterExit>;
  /** Gives the master its job; `listener` hears every message from then on. */
  start(assignment: MasterAssignment, listener: (message: MasterMessage) => void): Promise<void>;
  /** Asks the master to end, kills it after `deadlineMs`, and resolves when it is gone. */
  stop(reason: MasterStopReason, deadlineMs: number): Promise<void>;
  /** Ends a master that has no job, and resolves when it is gone. */
  discard(): Promise<void>;
  /** Resolves when the master is gone; kills it after `deadlineMs`. */
  exitWithin(deadlineMs: number): Promise<void>;
  kill(): void;
}

export interface MasterHost {
  /** A master without a job, which belongs to the caller; throws where none can be started. */
  take(): Master;
  /** Keeps a master waiting, so that the next job starts sooner, where that is wanted. */
  prepare(): void;
  /** Ends the masters that wait, and resolves when they are gone. */
  close(): Promise<void>;
}
