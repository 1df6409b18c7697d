// Way into the cluster.
import { closeNats } from '../../shared/nats/close-nats.ts';
import { connectNats, type NatsOptions } from '../../shared/nats/connect-nats.ts';
import { openCluster, type Cluster, type ClusterAccess } from './cluster.ts';

/** Connects to NATS and opens the cluster. Throws NatsUnavailableError. */
export async function joinCluster(options: NatsOptions & ClusterAccess): Promise<Cluster> {
  const connection = await connectNats(options);
  try {
    return await openCluster(connection, options);
  } catch (error) {
    await closeNats(connection);
    throw error;
  }
}
