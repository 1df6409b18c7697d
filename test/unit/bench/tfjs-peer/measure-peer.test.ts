import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
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

it('learns: a peer of the identity environment soon repeats what it sees', async () => {
  await startBackend('cpu');
  const peer = createPeer({ environment: 'Identity-v0', seed: 1 });
  const rewards: number[] = [];
  for (let update = 0; update < 300; update += 1) {
    peer.update();
    rewards.push(peer.meanReward);
  }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(rewards.slice(0, 20))).toBeLessThan(0.7);
  expect(mean(rewards.slice(-20))).toBeGreaterThan(0.9);
  tf.disposeVariables();
});
