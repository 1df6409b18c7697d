// V8's area for short-lived objects in a trainer, whose memory must not grow over weeks.
import { expect, it } from 'vitest';
import { runCommand } from '../../fixtures/command-line.ts';
import { findFreePort } from '../../fixtures/find-free-port.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

/** At the end of a program, makes objects of which many outlive a collection, and prints how large the area is then. */
const churn = `
  import { writeSync } from 'node:fs';
  import { getHeapSpaceStatistics } from 'node:v8';
  process.on('exit', () => {
    const kept = [];
    for (let count = 0; count < 2_000_000; count += 1) {
      kept.push({ count, numbers: [count] });
      if (kept.length === 50_000) kept.length = 0;
    }
    const { space_size } = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    writeSync(1, 'area: ' + space_size / 2 ** 20 + ' MiB');
  });`;

async function measureArea(...args: string[]): Promise<{ code: number | null; mebibytes: number }> {
  const { code, stdout } = await runCommand(args, {
    directory: createTemporaryDirectory(),
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(churn)}` },
  });
  return { code, mebibytes: Number(/area: ([\d.]+) MiB/.exec(stdout)?.[1]) };
}

it('keeps its area for short-lived objects small, where that of other commands grows', async () => {
  const nats = `nats://127.0.0.1:${await findFreePort()}`;
  const [trainer, other] = await Promise.all([
    measureArea('trainer', '--nats', nats, '--nats-required'),
    measureArea('presets'),
  ]);
  // There is no NATS, so the trainer ends once it is ready to train.
  expect([trainer.code, other.code]).toEqual([1, 0]);
  expect(trainer.mebibytes).toBeLessThanOrEqual(8);
  expect(other.mebibytes).toBeGreaterThanOrEqual(16);
});
