// Measurement of a peer in the same minute: a job's method and network on one thread, with tfjs's own kernels.
import * as tf from '@tensorflow/tfjs-core';
import {
  builtInEnvironments,
  EnvironmentRegistry,
  jobRequestSchema,
  resolveJobSpec,
  type JobRequest,
} from '../../src/index.ts';
import { ActorCriticPeer } from './actor-critic-peer.ts';
import { startBackend, type PeerBackend } from './backend.ts';
import { DdpgPeer } from './ddpg-peer.ts';
import type { Peer } from './peer.ts';

const registry = new EnvironmentRegistry(builtInEnvironments);

export function createPeer(job: JobRequest): Peer {
  const definition = registry.get(job.environment);
  const spec = resolveJobSpec(jobRequestSchema.parse(job), definition, () => 1);
  return spec.algorithm === 'ddpg' ? new DdpgPeer(spec, definition) : new ActorCriticPeer(spec, definition);
}

/** Steps per second of one thread with one environment, whatever the job says of workers. */
export async function measurePeer(job: JobRequest, backend: PeerBackend, seconds: number): Promise<number> {
  await startBackend(backend);
  const peer = createPeer(job);
  let steps = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1000) steps += peer.update();
  const stepsPerSecond = steps / ((performance.now() - startedAt) / 1000);
  tf.disposeVariables();
  return stepsPerSecond;
}
