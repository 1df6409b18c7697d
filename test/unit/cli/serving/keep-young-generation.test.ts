// V8's area for short-lived objects, in a process of its own: the flag is for all threads.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const kept = new URL('../../../../src/cli/serving/keep-young-generation.ts', import.meta.url).href;

/** Makes objects of which many outlive a collection, and prints how large the area is in MiB. */
const churn = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const kept = [];
  for (let count = 0; count < 2_000_000; count += 1) {
    kept.push({ count, numbers: [count] });
    if (kept.length === 50_000) kept.length = 0;
  }
  console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20);`;

async function measureAfter(preparation: string): Promise<number> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', preparation + churn]);
  return Number(stdout);
}

it('keeps the area small that otherwise grows', async () => {
  expect(await measureAfter('')).toBeGreaterThanOrEqual(16);
  const preparation = `import { keepYoungGeneration } from '${kept}'; keepYoungGeneration();`;
  expect(await measureAfter(preparation)).toBeLessThanOrEqual(4);
});
