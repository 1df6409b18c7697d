// The commands of docs/get-started.md, as they are printed there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listBlocks, readGuide, runCommands } from '../../fixtures/guides.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

/** Commands that install, or that run until Ctrl-C. */
const notRun = ['npm ci\n', 'npm start\n', 'npx node examples/browser/serve.ts\n'];

/** Two jobs learn for real: training has a low priority, and the tests beside take most of the cores. */
const enoughForTwoJobs = { timeout: 180_000 };

it('trains, downloads and evaluates a policy that holds the pole', enoughForTwoJobs, async () => {
  const blocks = listBlocks(readGuide('get-started.md'), 'sh');
  expect(blocks).toEqual(expect.arrayContaining(notRun));
  const server = await startTestServer({}, 'real');
  const directory = createTemporaryDirectory();
  const commands = blocks
    .filter((block) => !notRun.includes(block))
    .join('')
    .replaceAll('http://127.0.0.1:8080', server.url);

  const output = await runCommands(commands, { directory, variables: { A3C_URL: server.url } });
  expect(output).toMatch(/^first \| CartPole-v1 \| a3c \| 2 × 4 environments \| job_/m);
  expect(output.match(/^succeeded: reached its target: moving average /gm)).toHaveLength(2);
  expect(output).toMatch(/^CartPole-v1, 20 greedy episodes, seed \d+: mean (4[5-9]\d|500)/m);
  expect(output).toContain('http://127.0.0.1:8081/?model=');
  expect(output).toContain('Settings that differ');
  expect(readFileSync(join(directory, 'curve.svg'), 'utf8')).toContain('<svg');
});
