// Places of a job for workers on other machines. A place is free, claimed by a worker that waits to begin, or taken by
// one that works.
import { FrameAssembler } from '../../shared/nats/frames.ts';
import type { WorkerAssignment } from '../../shared/protocol/worker-task.ts';
import type { WorkerListener } from '../workers/worker-host.ts';

export interface RemotePlace {
  readonly assignment: WorkerAssignment;
  readonly listener: WorkerListener;
  readonly end: PromiseWithResolvers<void>;
  /** Id of the claim that holds this place; null if it is free. */
  claim: RemoteClaim | null;
}

/** A worker that holds a place. */
export interface RemoteClaim {
  readonly id: string;
  readonly gradients: FrameAssembler;
  readonly states: FrameAssembler;
  readonly ends: FrameAssembler;
  isWorking: boolean;
  heardMs: number;
  /** Number of the last gradient that was taken; each is sent again until it is answered. */
  gradient: number;
  /** Whether the last gradient was answered. */
  isAnswered: boolean;
}

export function createClaim(
  id: string,
  nowMs: number,
  allocate: (bytes: number) => ArrayBuffer,
): RemoteClaim {
  return {
    id,
    gradients: new FrameAssembler(allocate),
    states: new FrameAssembler(),
    ends: new FrameAssembler(),
    isWorking: false,
    heardMs: nowMs,
    gradient: 0,
    isAnswered: true,
  };
}
