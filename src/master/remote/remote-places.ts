// Places of a job for workers on other machines. A place is free, claimed by a worker that waits to begin, or taken by
// one that works.
import type { Claim } from '../../shared/nats/claim.ts';
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
  /** Id of the relay that receives parameters for it. */
  readonly relay: string;
  readonly gradients: FrameAssembler;
  readonly states: FrameAssembler;
  readonly ends: FrameAssembler;
  isWorking: boolean;
  heardMs: number;
  /** Numbers of the gradients that are not answered yet, by their buffers. */
  readonly pending: Map<ArrayBuffer, number>;
  /** Number of the newest gradient, and those before it that were lost. A worker sends each until it is answered. */
  newest: number;
  readonly lost: Set<number>;
  /** Number of the newest state. */
  state: number;
}

/** Whether a gradient is new; one that is sent again must not be applied twice. */
export function noteGradient(claim: RemoteClaim, number: number): boolean {
  if (number <= claim.newest) return claim.lost.delete(number);
  for (let lost = claim.newest + 1; lost < number; lost += 1) claim.lost.add(lost);
  claim.newest = number;
  return true;
}

export function createClaim(
  { claim: id, relay }: Pick<Claim, 'claim' | 'relay'>,
  nowMs: number,
): RemoteClaim {
  return {
    id,
    relay,
    gradients: new FrameAssembler(),
    states: new FrameAssembler(),
    ends: new FrameAssembler(),
    isWorking: false,
    heardMs: nowMs,
    pending: new Map(),
    newest: 0,
    lost: new Set(),
    state: 0,
  };
}
