import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FollowedPolicy } from '../../../src/player/followed-policy.ts';
import { DirectoryArtifactStore } from '../../../src/shared/artifacts/directory-artifact-store.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { drawModel } from '../../fixtures/model-files.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const observation = [0.1, 0.2, 0.3, 0.4];
const address = { jobId: 'job', name: 'latest' } as const;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function openModel() {
  const directory = createTemporaryDirectory();
  const store = new DirectoryArtifactStore(() => directory);
  const write = async (seed: number): Promise<void> => {
    await store.write(address, drawModel({ network: { layers: [] } }, cartPoleV1, seed).files);
  };
  await write(1);
  const followed = await FollowedPolicy.open(store.locate(address));
  const readValue = (): number | null => followed.policy.inspect(observation).value;
  return { followed, write, readValue, directory: store.locate(address) };
}

it('takes the newest weights, but does not look for them all the time', async () => {
  const { followed, write, readValue } = await openModel();
  const before = readValue();
  await write(2);
  await followed.refresh();
  expect(readValue()).toBe(before);
  vi.advanceTimersByTime(1_500);
  await followed.refresh();
  const after = readValue();
  expect(after).not.toBe(before);
  vi.advanceTimersByTime(1_500);
  await followed.refresh();
  expect(readValue()).toBe(after);
});

it('keeps its weights where there are no better ones', async () => {
  const { followed, readValue, directory } = await openModel();
  const before = readValue();
  writeFileSync(join(directory, 'manifest.json'), 'damaged');
  vi.advanceTimersByTime(1_500);
  await followed.refresh();
  rmSync(directory, { recursive: true });
  vi.advanceTimersByTime(1_500);
  await followed.refresh();
  expect(readValue()).toBe(before);
});
