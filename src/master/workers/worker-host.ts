// Worker host: the place where the workers of one job run.
import type { WorkerState } from '../../shared/protocol/worker-state.ts';
import type { WorkerAssignment } from '../../shared/protocol/worker-task.ts';
import type { EpisodeOutcomes } from '../evaluation/episode-outcomes.ts';
import type { EvaluationAssignment } from '../evaluation/evaluation-task.ts';

/** Receives the messages of a worker until it is disconnected. */
export interface WorkerListener {
  /** Takes a filled buffer; `returnBuffer` gives it back. */
  onGradient(buffer: ArrayBuffer): void;
  /** Takes the answer to `requestStates`. */
  onState(state: WorkerState): void;
  /**
   * A worker has come or gone: on another machine, or because it waits for a remote environment. `state` is that of a
   * worker that waits, which keeps it meanwhile.
   */
  onPresence?(isPresent: boolean, state?: WorkerState | null): void;
}

/** A running worker of a host. */
export interface HostedWorker {
  /** Resolves when the worker has ended after it was told to stop; rejects with its error. */
  readonly ended: Promise<void>;
  /** Returns a buffer, with which the worker can send another gradient. */
  returnBuffer(buffer: ArrayBuffer): void;
  /** Ends the messages; whatever the worker still sends is lost. */
  disconnect(): void;
}

/**
 * Starts workers and evaluations and exchanges messages with them. An error of user code rejects as an AppError. A
 * worker that crashes, hangs or takes too much memory rejects with another error or with one of the Environment…Error
 * classes of this folder.
 */
export interface WorkerHost {
  /** Starts the worker that the assignment's origin names; it must not be running. */
  start(assignment: WorkerAssignment, listener: WorkerListener): HostedWorker;
  /** Plays an evaluation beside the workers. */
  evaluate(assignment: EvaluationAssignment): Promise<EpisodeOutcomes>;
  /** Asks every worker for its state before its next rollout with parameters of `version` or newer. */
  requestStates(version: number): void;
  /** Lets workers begin that have come meanwhile, because the others begin a rollout. */
  admit?(): void;
  /** Tells all workers to end after their rollout. */
  stop(): void;
  /** Ends everything that still runs, and resolves when it has ended. */
  close(): Promise<void>;
}
