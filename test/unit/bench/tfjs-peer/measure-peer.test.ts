import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../../src/index.ts';
import { startBackend } from '../../../../bench/tfjs-peer/backend.ts';
import { createPeer } from '../../../../bench/tfjs-peer/measure-peer.ts';
import { benchRows } from '../../../../bench/rows.ts';

const jobs = benchRows.flatMap((row) => (row.type === 'training' && row.peers.length > 0 ? [row] : []));

describe.each(jobs)('the peer of $measure', ({ job, peers }) => {
  it('moves all its parameters, stays finite and leaves no tensors behind', async () => {
    await startBackend(peers[0]?.backend ?? 'cpu');
    const peer = createPeer(job);
    // Adam makes its moments with the first update.
    peer.update();
    const before = peer.variables.map((variable) => [...variable.dataSync()]);
    const { numTensors } = tf.memory();
    expect(peer.update()).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(numTensors);
    for (const [index, variable] of peer.variables.entries()) {
      const after = [...variable.dataSync()];
      expect(after.every(Number.isFinite)).toBe(true);
      expect(after).not.toEqual(before[index]);
    }
    tf.disposeVariables();
  });
});

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean rewards of the first and the last 20 updates. */
async function train(job: JobRequest, updates: number): Promise<{ first: number; last: number }> {
  await startBackend('cpu');
  const peer = createPeer(job);
  const rewards = Array.from({ length: updates }, () => {
    peer.update();
    return peer.meanReward;
  });
  tf.disposeVariables();
  return { first: average(rewards.slice(0, 20)), last: average(rewards.slice(-20)) };
}

describe('a peer learns', () => {
  it('to repeat what it sees, as an actor and critic', async () => {
    const { first, last } = await train({ environment: 'Identity-v0', seed: 1 }, 300);
    expect(first).toBeLessThan(0.7);
    expect(last).toBeGreaterThan(0.9);
  });

  it('to hit a number, by ddpg', async () => {
    const job: JobRequest = {
      environment: 'GaussianTarget-v0',
      algorithm: 'ddpg',
      seed: 1,
      network: { layers: [{ type: 'dense', units: 16, activation: 'relu' }] },
      optimizer: { learningRate: 0.01, criticLearningRate: 0.02 },
      ddpg: { batchSize: 16, noise: { type: 'gaussian', standardDeviation: 0.5 } },
    };
    const { first, last } = await train(job, 400);
    expect(first).toBeLessThan(0.2);
    expect(last).toBeGreaterThan(0.5);
  });
});
