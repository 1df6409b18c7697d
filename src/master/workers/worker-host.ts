// Worker host: the place where the workers of one job run.
import type { WorkerState } from '../../shared/protocol/worker-state.ts';
import type { WorkerAssignment } from '../../shared/protocol/worker-task.ts';
import type { EpisodeOutcomes } from '../evaluation/episode-outcomes.ts';
import type { EvaluationAssignment } from '../evaluation/evaluation-task.ts';

/** Hears a worker until it is disconnected. */
export interface WorkerListener {
  /** Takes a filled buffer, which goes back by `returnBuffer`. */
  onGradient(buffer: ArrayBuffer): void;
  /** Takes the answer to `requestStates`. */
  onState(state: WorkerState): void;
}

/** A worker that runs somewhere. */
export interface HostedWorker {
  /** Resolves when the worker has ended because it was told to stop; rejects with what it failed with. */
  readonly ended: Promise<void>;
  /** Gives a buffer back: the credit to send another gradient. */
  returnBuffer(buffer: ArrayBuffer): void;
  /** Ends the conversation; what the worker still sends is lost. */
  disconnect(): void;
}

/**
 * Starts workers and evaluations and speaks to them. What user code throws rejects as an AppError; a worker that dies,
 * hangs or takes too much memory rejects with another error or with one of the Environment…Error classes of this folder.
 */
export interface WorkerHost {
  /** Starts the worker of the assignment's origin; the place must be free. */
  start(assignment: WorkerAssignment, listener: WorkerListener): HostedWorker;
  /** Plays an evaluation beside the workers. */
  evaluate(assignment: EvaluationAssignment): Promise<EpisodeOutcomes>;
  /** Asks every worker for its state before its next rollout with parameters of `version` or newer. */
  requestStates(version: number): void;
  /** Tells all workers to end after their rollout. */
  stop(): void;
  /** Ends all that still runs, and resolves when it has ended. */
  close(): Promise<void>;
}
