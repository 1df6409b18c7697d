// Master host: the place where the masters of jobs run.
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { MasterMessage, ServerMessage } from '../../shared/protocol/messages.ts';

/** How a master ended: its process has an exit code or a signal, and neither if it never started. */
export interface MasterExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A job for a master. The host knows the directory of its files, and how other machines are reached. */
export type MasterAssignment = Omit<
  Extract<ServerMessage, { type: 'start' }>,
  'type' | 'directory' | 'remote'
>;

/** Reason for a server to stop a master. */
export type MasterStopReason = Extract<ServerMessage, { type: 'stop' }>['reason'];

/** A running master, with or without a job. */
export interface Master {
  /** Process id for logs; undefined if it has no process. */
  readonly pid: number | undefined;
  /** Resolves when the master is gone; never rejects. */
  readonly exited: Promise<MasterExit>;
  /** Gives the master its job; `listener` receives every message from then on. */
  start(assignment: MasterAssignment, listener: (message: MasterMessage) => void): Promise<void>;
  /** Gives the master the job's spec with its changes. */
  change(spec: JobSpec): void;
  /** Asks the master to end, kills it after `deadlineMs`, and resolves when it is gone. */
  stop(reason: MasterStopReason, deadlineMs: number): Promise<void>;
  /** Ends a master without a job, and resolves when it is gone. */
  discard(): Promise<void>;
  /** Resolves when the master is gone; kills it after `deadlineMs`. */
  exitWithin(deadlineMs: number): Promise<void>;
  kill(): void;
}

export interface MasterHost {
  /** Returns a master without a job, which belongs to the caller; throws if none can be started. */
  take(): Master;
  /** Keeps a master ready, if configured, so that the next job starts sooner. */
  prepare(): void;
  /** Ends the masters that are ready, and resolves when they are gone. */
  close(): Promise<void>;
}
