// What is played into a replay, and where it is cut.
import { describe, expect, it } from 'vitest';
import type { ReplayRecorder } from '../../../../src/cli/replays/replay-recorder.ts';
import { playInto, type ReplayProgress } from '../../../../src/cli/replays/write-replay.ts';
import { loadPolicy } from '../../../../src/policy/node.ts';
import { maskedIdentity } from '../../../../src/shared/environments/identity.ts';
import { zipFiles } from '../../../../src/shared/model-format/stored-zip.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { drawModel } from '../../../fixtures/model-files.ts';

const { files, definition } = drawModel({ network: { layers: [] } }, maskedIdentity, 1);
const { maxEpisodeSteps } = definition;

/** Plays two episodes into a recorder that has room for so many steps. */
async function play(room: number, signal = new AbortController().signal) {
  const added: string[] = [];
  const recorder: ReplayRecorder = {
    add: (episode, { steps }) => {
      added.push(`${episode}.${steps}`);
      return added.length >= room ? 'it is full' : null;
    },
    finish: () => ({ bytes: new Uint8Array(), frames: 0 }),
  };
  const policy = await loadPolicy(zipFiles(files));
  const told: ReplayProgress[] = [];
  const onProgress = (progress: ReplayProgress): void => {
    told.push(progress);
  };
  const options = { episodes: 2, random: Random.fromSeed(1), signal, stepsPerSecond: 50, onProgress };
  return { added, told, played: await playInto(recorder, { policy, definition }, options) };
}

describe('a replay', () => {
  it('has all steps of its episodes, and the mean of their returns', async () => {
    const { added, told, played } = await play(Infinity);
    const steps = 2 * (maxEpisodeSteps ?? NaN);
    expect(added).toHaveLength(steps);
    expect(added.at(-1)).toBe(`2.${maxEpisodeSteps}`);
    expect(played).toMatchObject({ episodes: 2, steps, cut: null });
    expect(told.map((progress) => progress.steps)).toEqual(
      added.map((_, index) => index + 1).filter((count) => count % 16 === 0),
    );
    expect(told.at(-1)?.episode).toBe(2);
  });

  it('is cut where its file is full, and not if that is its end', async () => {
    const { added, played } = await play(3);
    expect(added).toEqual(['1.1', '1.2', '1.3']);
    expect(played).toMatchObject({ episodes: 1, steps: 3, cut: 'it is full' });
    expect((await play(2 * (maxEpisodeSteps ?? NaN))).played).toMatchObject({ episodes: 2, cut: null });
  });

  it('is none where it was interrupted', async () => {
    const { added, played } = await play(Infinity, AbortSignal.abort());
    expect([added, played]).toEqual([['1.1'], null]);
  });
});
