// docs/guides/own-environment.md: its example learns, and its commands do what it says.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { train } from '../../../src/index.ts';
import { listBlocks, readGuide, runCommands } from '../../fixtures/guides.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const root = join(import.meta.dirname, '../../..');
const example = join(root, 'examples/custom-environment.ts');

it.each([1, 2, 3])('learns the corridor with seed %i', async (seed) => {
  const outcome = await train({ environment: 'Corridor-v0', seed }, { environmentModule: example });
  expect(outcome.reason).toBe('targetReward');
  expect(outcome.best?.evaluation.mean).toBeCloseTo(0.96, 5);
});

it('checks, trains, evaluates and plays the corridor with the printed commands', async () => {
  const directory = createTemporaryDirectory();
  mkdirSync(join(directory, 'examples'));
  cpSync(example, join(directory, 'examples/custom-environment.ts'));
  const blocks = listBlocks(readGuide('guides/own-environment.md'), 'sh');
  const commands = blocks.filter((block) => !/^npm start|^URL=/.test(block)).join('');

  const output = await runCommands(commands, { directory });
  for (const line of [
    '  ✓ gives the same episodes for the same seed',
    'Best evaluation: 0.96',
    'Ended: ran out of steps (maxSteps 20000) before its target: moving average ',
    'Corridor-v0, 20 greedy episodes, ',
    '| step 5 | action ',
  ])
    expect(output).toContain(line);
  expect(output).toContain(': mean 0.96 ± 0, min 0.96, max 0.96');
});

it('trains the corridor on a server', async () => {
  const directory = createTemporaryDirectory();
  cpSync(example, join(directory, 'corridor.ts'));
  const server = await startTestServer({ environments: [directory] }, 'real');
  const block = listBlocks(readGuide('guides/own-environment.md'), 'sh').find((code) =>
    code.startsWith('URL='),
  );
  const commands = (block ?? '').replaceAll('http://127.0.0.1:8080', server.url);
  const output = await runCommands(commands, { directory, variables: { A3C_URL: server.url } });
  expect(output).toMatch(/^succeeded: reached its target: moving average 0\.9\d*, targetReward 0\.9$/m);
});
