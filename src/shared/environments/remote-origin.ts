// Origin of a remote environment: what a worker needs to open one. The environment itself is a peer, a program or page
// that is connected to the server (docs/remote-environments.md).
import type { ActionSpace, BoxSpace } from '../spaces/space.ts';

/** Beginning of the ids of remote environments. */
export const remotePrefix = 'remote:';

/** What the peers of a name have declared. */
export interface RemoteDeclaration {
  /** Name with version, without the prefix. */
  readonly name: string;
  readonly description: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  readonly maxEpisodeSteps: number | null;
  readonly rewardThreshold: number | null;
  readonly hasActionMask: boolean;
}

/** Where a server lends its peers' worlds to the workers of its jobs, on the loopback address. */
export interface LendingAddress {
  readonly port: number;
  /** Worlds are lent only to those who know it. */
  readonly secret: string;
}

export interface RemoteOrigin extends LendingAddress {
  readonly type: 'remote';
  readonly declaration: RemoteDeclaration;
}

/** What a worker wants worlds for. Evaluations need one world at a time, and get it before training goes on. */
export type LoanPurpose = 'training' | 'evaluation';
