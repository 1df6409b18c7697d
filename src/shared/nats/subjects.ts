// Subjects of the messages between masters and remote workers. A claim is one attempt of a worker to take a place in a
// job; its id is random, so that whoever has lost a place writes to subjects that nobody reads.
import type { GradientOrigin } from '../protocol/gradient-buffer.ts';

/** A worker asks here which jobs want workers. */
export const seekSubject = 'a3c.seek';

/** The job of a master: its id and the number of the master. */
export type MasterOrigin = Pick<GradientOrigin, 'jobId' | 'epoch'>;

/** What a worker sends to its master; `gradient16` is a gradient as float16, `sum` one of several workers. */
export const workerMessages = ['gradient', 'gradient16', 'sum', 'state', 'alive', 'ended'] as const;
export type WorkerMessage = (typeof workerMessages)[number];

/** What a master sends to a worker. */
export const masterMessages = ['begin', 'parameters', 'control'] as const;
export type MasterMessageToWorker = (typeof masterMessages)[number];

/** A worker claims a place in a job here. */
export function claimSubject({ jobId, epoch }: MasterOrigin): string {
  return `a3c.master.${jobId}.${epoch}.claim`;
}

export function workerSubject({ jobId, epoch }: MasterOrigin, claim: string, message: WorkerMessage): string {
  return `a3c.master.${jobId}.${epoch}.worker.${claim}.${message}`;
}

/** All messages of a master's workers. */
export function allWorkersSubject({ jobId, epoch }: MasterOrigin): string {
  return `a3c.master.${jobId}.${epoch}.worker.*.*`;
}

/** Parameters go to the relay of a claim; all other messages go to the claim. */
export function masterSubject(receiver: string, message: MasterMessageToWorker): string {
  return `a3c.worker.${receiver}.${message}`;
}

/** All messages to a claim or a relay. */
export function allMastersSubject(receiver: string): string {
  return `a3c.worker.${receiver}.*`;
}

/** Returns the claim and the kind of a message of a worker, or null. */
export function readWorkerSubject(subject: string): { claim: string; message: WorkerMessage } | null {
  const [claim, last] = subject.split('.').slice(-2);
  const message = workerMessages.find((known) => known === last);
  return claim === undefined || message === undefined ? null : { claim, message };
}

/** Returns the kind of a message of a master, or null. */
export function readMasterSubject(subject: string): MasterMessageToWorker | null {
  const last = subject.split('.').at(-1);
  return masterMessages.find((known) => known === last) ?? null;
}
