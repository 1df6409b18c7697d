// A machine whose runs have workers on other machines too.
import type { NatsConnection } from '@nats-io/transport-node';
import { findAlgorithm } from '../../shared/algorithms/algorithms.ts';
import { hashModule } from '../../shared/environment-modules/hash-module.ts';
import { countLocalWorkers } from '../../shared/job/count-local-workers.ts';
import type { EnvironmentOrigin } from '../../shared/environments/environment-origin.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { connectNats } from '../../shared/nats/connect-nats.ts';
import type { MasterOrigin } from '../../shared/nats/subjects.ts';
import type { RemoteAccess } from '../../shared/protocol/messages.ts';
import type { Machine, WorkerHostContext } from '../machine.ts';
import { MixedWorkerHost } from './mixed-worker-host.ts';
import { RemoteWorkerHost } from './remote-worker-host.ts';

export interface RemoteMachineOptions {
  /** Runs the workers here, and evaluations. */
  readonly local: Machine;
  readonly access: RemoteAccess;
  readonly master: MasterOrigin;
  readonly spec: JobSpec;
  /** Where the environment is found; null for a built-in environment. */
  readonly environmentOrigin: EnvironmentOrigin | null;
}

/** Connects to NATS until the process ends. Throws NatsUnavailableError. */
export async function openRemoteMachine(options: RemoteMachineOptions): Promise<Machine> {
  const { local, access, master, environmentOrigin } = options;
  const moduleHash = await hashModule(environmentOrigin);
  const connection = await connectNats({ servers: access.servers, name: `master of ${master.jobId}` });
  return {
    ...local,
    createWorkerHost: (context) =>
      new MixedWorkerHost({
        local: local.createWorkerHost(context),
        localWorkers: countLocalWorkers(context.spec),
        remote: createRemoteHost(options, context, { connection, moduleHash }),
      }),
  };
}

function createRemoteHost(
  { access: { programVersion }, master }: RemoteMachineOptions,
  { spec, board, logger }: WorkerHostContext,
  { connection, moduleHash }: { readonly connection: NatsConnection; readonly moduleHash: string | null },
): RemoteWorkerHost {
  return new RemoteWorkerHost({
    connection,
    board,
    offer: { ...master, programVersion, environment: spec.environment, moduleHash },
    places: spec.remoteWorkers,
    hasOthers: countLocalWorkers(spec) > 0,
    isSynchronous: findAlgorithm(spec.algorithm).traits.learnsInRounds,
    logger,
  });
}
