// examples/web-game, which docs/guides/web-game.md explains: it learns, and plays in a page and in TensorFlow.js.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { servePage } from '../../../examples/browser/serve.ts';
import { loadModelDirectory } from '../../../examples/play-with-tfjs.ts';
import { chooseWithTfjs } from '../../../examples/web-game/choose-with-tfjs.ts';
import {
  listAllowedMoves,
  observe,
  playTurn,
  startGame,
  type Dice,
  type Game,
} from '../../../examples/web-game/rules.ts';
import { Random, train } from '../../../src/index.ts';
import { loadPolicy } from '../../../src/policy/node.ts';
import { jobRequestSchema } from '../../../src/shared/job/job-spec.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { listBlocks, readGuide, runCommands } from '../../fixtures/guides.ts';
import { patience } from '../../fixtures/running-server.ts';
import { serveHttp } from '../../fixtures/serve-http.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const examples = join(import.meta.dirname, '../../../examples');
const job = jobRequestSchema.parse(JSON.parse(readFileSync(join(examples, 'web-game/job.json'), 'utf8')));
const environmentModule = join(examples, 'web-game/environment.ts');

interface PlayedTurn {
  readonly game: Game;
  readonly move: number;
}

function play(choose: (game: Game) => number, dice: Dice): PlayedTurn[] {
  const turns: PlayedTurn[] = [];
  let game = startGame(dice);
  while (turns.length < 200) {
    const move = choose(game);
    turns.push({ game: { ...game }, move });
    playTurn(game, move, dice);
    if (game.isOver) game = startGame(dice);
  }
  return turns;
}

it('reaches its target, and TensorFlow.js chooses the same moves', async () => {
  const directory = createTemporaryDirectory();
  const outcome = await train({ ...job, seed: 1 }, { environmentModule, directory });
  expect(outcome.reason).toBe('targetReward');

  const policy = await loadPolicy(directory);
  const random = Random.fromSeed(1);
  const turns = play(
    (game) => Number(policy.predict(observe(game), { mask: listAllowedMoves(game) }).action),
    (n) => random.nextInteger(n),
  );
  expect(turns.every(({ game, move }) => listAllowedMoves(game)[move])).toBe(true);
  // A player that moves at random gets less than one coin in twenty turns.
  expect(Math.max(...turns.map(({ game }) => game.coins))).toBeGreaterThan(10);

  const model = await loadModelDirectory(join(directory, 'best'));
  for (const { game, move } of turns)
    expect(chooseWithTfjs(model, observe(game), listAllowedMoves(game))).toBe(move);
});

it('checks, trains and exports the game with the printed commands', async () => {
  const directory = createTemporaryDirectory();
  cpSync(join(examples, 'web-game'), join(directory, 'examples/web-game'), { recursive: true });
  mkdirSync(join(directory, 'examples/web-game/model'), { recursive: true });
  const commands = listBlocks(readGuide('guides/web-game.md'), 'sh').filter((block) =>
    block.startsWith('npx a3c'),
  );
  const output = await runCommands(commands.join(''), { directory });
  for (const line of [
    '  ✓ keeps its worlds apart',
    'Ended: reached its target: moving average 15',
    'wrote examples/web-game/model/best.zip',
    'wrote ./coins-tfjs',
  ])
    expect(output).toContain(line);
});

it.skipIf(chromiumPath === null)('plays in a page', { timeout: 180_000 }, async () => {
  const directory = createTemporaryDirectory();
  const stop = { maxSteps: 4000, targetReward: null };
  await train({ ...job, seed: 1, stop }, { environmentModule, directory });
  const model = await serveHttp((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    const name = /\/model\/([\w.-]+)$/.exec(request.url ?? '')?.[1] ?? 'none';
    response.end(readFileSync(join(directory, 'best', name)));
  });
  const { url, server } = await servePage(0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const browser = await startChromium();
  const page = await browser.newPage();
  await page.goto(`${url}/game/?model=${encodeURIComponent(`${model}/model`)}`);
  const readPicture = (): Promise<string> =>
    page.evaluate<string>('document.querySelector("canvas").toDataURL()');
  const first = await readPicture();
  await vi.waitFor(async () => {
    expect(await page.textContent('[role=alert]')).toBe('');
    expect(await readPicture()).not.toBe(first);
  }, patience);
});
