// a3c play --output: replays as files, as a person looks at them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PageRecorder } from '../../../src/cli/replays/html/page-recorder.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { runCommand, type CommandOutcome } from '../../fixtures/command-line.ts';
import { decodeGif } from '../../fixtures/decode-gif.ts';
import { writeDrawnModel } from '../../fixtures/drawn-model.ts';
import { endless, hostile, numbers, picture } from '../../fixtures/environments/replayed/replayed.ts';
import { createPlayedStep } from '../../fixtures/played-step.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { hasTerminal, runInTerminal } from '../../fixtures/terminal.ts';

const modules = join(import.meta.dirname, '../../fixtures/environments/replayed');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const figuresSchema = z.strictObject({
  path: z.string(),
  format: z.enum(['gif', 'html']),
  episodes: z.int(),
  steps: z.int(),
  return: z.number(),
  cut: z.string().nullable(),
  frames: z.int(),
  bytes: z.int(),
});

/** A directory with the model of an environment, whose weights are drawn. */
async function prepare(definition: EnvironmentDefinition): Promise<string> {
  const directory = createTemporaryDirectory();
  await writeDrawnModel(directory, definition);
  return directory;
}

async function play(directory: string, ...flags: readonly string[]): Promise<CommandOutcome> {
  const [model = ''] = readdirSync(directory).filter((name) => /-v\d$/.test(name));
  const args = ['play', model, '--seed', '1', '--environments', modules, ...flags];
  return await runCommand(args, { directory });
}

/** Records, and returns what the command says of the file. */
async function record(
  directory: string,
  output: string,
  ...flags: readonly string[]
): Promise<z.infer<typeof figuresSchema>> {
  const { code, stdout, stderr } = await play(directory, '--output', output, '--json', ...flags);
  expect([code, stderr]).toEqual([0, '']);
  const figures = figuresSchema.parse(JSON.parse(stdout));
  expect(readFileSync(join(directory, output))).toHaveLength(figures.bytes);
  return figures;
}

describe('a GIF', () => {
  it('shows the cart where it is, in all episodes', async () => {
    const directory = await prepare(cartPoleV1);
    const figures = await record(directory, 'game.gif', '--episodes', '2');
    const { stdout } = await play(directory, '--episodes', '2', '--json');
    const steps = stdout
      .trimEnd()
      .split('\n')
      .map((line) => z.object({ observation: z.array(z.number()) }).parse(JSON.parse(line)));
    const { width, height, loop, frames } = decodeGif(readFileSync(join(directory, 'game.gif')));
    expect(figures).toMatchObject({ path: 'game.gif', format: 'gif', episodes: 2, steps: steps.length });
    expect([width, height, loop, frames.length]).toEqual([480, 168, 0, figures.frames]);
    expect(frames.filter(({ delay }) => delay === 100)).toHaveLength(2);
    expect(figures.return).toBe(steps.length / 2);
    // The first and every second step are frames. The track is 5.6 m wide.
    for (const [index, step] of [0, 2, 4].entries()) {
      const x = Math.round(((steps[step]?.observation[0] ?? NaN) + 2.8) * (480 / 5.6));
      const cart = [x - 20, x - 30, x + 20, x + 30].map((place) => frames[index]?.getPixel(place, 115));
      const [ink, white] = [
        [27, 35, 48, 255],
        [255, 255, 255, 255],
      ];
      expect(cart).toEqual([ink, white, ink, white]);
    }
  });

  it('of an environment that cannot be drawn shows its observations, if they are pictures', async () => {
    const directory = await prepare(picture);
    expect(await record(directory, 'picture.gif')).toMatchObject({ steps: 5, frames: 3 });
    const { height, frames } = decodeGif(readFileSync(join(directory, 'picture.gif')));
    // A cell has 80 × 80 pixels; the bright one is the first, the third and the fifth. The last frame is before the end.
    expect(height).toBe(320 + 22);
    const bright = frames.map(({ getPixel }) =>
      [0, 1, 2, 3, 4, 5].filter((x) => getPixel(x * 80 + 40, 40)[0] === 27),
    );
    expect(bright).toEqual([[1], [3], [5]]);
    const words = await play(await prepare(numbers), '--output', 'numbers.gif');
    expect(words).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: OnlyNumbers-v0 cannot be drawn for a .gif: write a replay that ends in .html, which lists its observations, or add render() to the environment\n',
    });
  });

  it.skipIf(chromiumPath === null)('is what a browser takes for one', async () => {
    const directory = await prepare(cartPoleV1);
    const { frames, steps } = await record(directory, 'game.gif');
    const page = await (await startChromium()).newPage();
    await page.goto(pathToFileURL(directory).href);
    const data = readFileSync(join(directory, 'game.gif')).toString('base64');
    const found: unknown = await page.evaluate(`(async () => {
      const data = Uint8Array.from(atob('${data}'), (character) => character.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type: 'image/gif' });
      await decoder.tracks.ready;
      const { frameCount, repetitionCount } = decoder.tracks.selectedTrack;
      const context = new OffscreenCanvas(480, 168).getContext('2d');
      let seconds = 0;
      for (let frameIndex = 0; frameIndex < frameCount; frameIndex += 1) {
        const { image } = await decoder.decode({ frameIndex });
        seconds += image.duration / 1e6;
        context.clearRect(0, 0, 480, 168);
        context.drawImage(image, 0, 0);
      }
      return [frameCount, repetitionCount === Infinity, seconds, ...context.getImageData(34, 125, 1, 1).data];
    })()`);
    // The end of the track, which only the first frame has in the file, is seen in the last one too.
    const bad = [179, 38, 30, 255];
    expect(found).toEqual([frames, true, expect.closeTo((steps - 1) / 50 + 1, 1), ...bad]);
  });
});

/** Opens a page from its file. Whatever it reports as an error, or loads, is among the problems. */
async function openPage(file: string): Promise<{ readonly page: Page; readonly problems: string[] }> {
  const page = await (await startChromium()).newPage({ viewport: { width: 1100, height: 700 } });
  const problems: string[] = [];
  const { href } = pathToFileURL(file);
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => {
    if (request.url() !== href && !request.url().startsWith('data:')) problems.push(request.url());
  });
  page.setDefaultTimeout(30_000);
  await page.goto(href);
  return { page, problems };
}

/** The numbers of the step that is shown. */
async function readFacts(page: Page): Promise<readonly string[]> {
  return await page.locator('.facts dd').allInnerTexts();
}

/** Where the canvas has the pixels of an opaque colour: the middle of them, from 0 to 1. */
async function findMiddle(page: Page, color: readonly number[]): Promise<number> {
  const middle: unknown = await page.evaluate(`(() => {
    const canvas = document.querySelector('canvas');
    const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const columns = [];
    for (let index = 0; index < data.length / 4; index += 1)
      if ('${color.join()}' === String(data.slice(4 * index, 4 * index + 3)) && data[4 * index + 3] === 255) columns.push(index % width);
    return columns.reduce((sum, column) => sum + column, 0) / columns.length / width;
  })()`);
  return z.number().parse(middle);
}

describe.skipIf(chromiumPath === null)('a page', () => {
  it('goes through the steps, by keys, buttons and by itself', async () => {
    const directory = await prepare(cartPoleV1);
    const { steps } = await record(directory, 'game.html');
    const { stdout } = await play(directory, '--json');
    const positions = stdout
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          z.object({ observation: z.array(z.number()) }).parse(JSON.parse(line)).observation[0] ?? NaN,
      );
    const { page, problems } = await openPage(join(directory, 'game.html'));
    expect(await page.title()).toBe('Replay of CartPole-v1');
    expect((await readFacts(page)).slice(0, 3)).toEqual(['1', '1', '1']);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Forward' }).click();
    expect((await readFacts(page)).slice(0, 3)).toEqual(['1', '3', '3']);
    // The cart, in the ink of the light theme.
    expect(await findMiddle(page, [27, 35, 48])).toBeCloseTo(((positions[2] ?? NaN) + 2.8) / 5.6, 2);
    await page.keyboard.press('ArrowLeft');
    expect((await readFacts(page)).slice(0, 3)).toEqual(['1', '2', '2']);
    await page.getByRole('button', { name: 'Back' }).click();
    expect((await readFacts(page)).slice(0, 3)).toEqual(['1', '1', '1']);
    await page.keyboard.press('ArrowLeft');
    expect((await readFacts(page)).slice(0, 3)).toEqual(['1', '1', '1']);
    const [first = '', second = ''] = await page.locator('.meter .number').allInnerTexts();
    expect(Number.parseInt(first) + Number.parseInt(second)).toBe(100);

    // Two seconds before the end at the lowest speed: long enough to be seen on a busy machine.
    const from = Math.max(1, steps - 11);
    await page.getByLabel('Position').fill(String(from));
    expect((await readFacts(page))[1]).toBe(String(from + 1));
    await page.getByLabel('Speed').selectOption('0.1');
    await page.locator('h1').click();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    // At its end it stops, and plays from the beginning then.
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    expect((await readFacts(page))[1]).toBe(String(steps));
    expect(await page.getByRole('status').innerText()).toContain(`step ${steps}`);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(Number((await readFacts(page))[1])).toBeLessThan(steps);
    expect(problems).toEqual([]);
  });

  it('can be used by people who do not see it, in light and in the dark', async () => {
    const directory = await prepare(cartPoleV1);
    await record(directory, 'game.html');
    const { page } = await openPage(join(directory, 'game.html'));
    await page.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const found: unknown =
        await page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))`);
      expect(found).toEqual([]);
    }
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(18, 22, 29)');
    const stage = page.getByRole('img', { name: /^CartPole-v1, episode 1, step 1, return 1$/ });
    expect(await stage.count()).toBe(1);
    // The pole, in the accent of the dark theme.
    expect(await findMiddle(page, [138, 180, 255])).toBeCloseTo(0.5, 1);
  });

  it('shows texts of environments as texts', async () => {
    const directory = await prepare(hostile);
    await record(directory, 'hostile.html');
    const { page, problems } = await openPage(join(directory, 'hostile.html'));
    await page.keyboard.press('End');
    expect((await readFacts(page)).slice(0, 3)).toEqual(['1', '3', '0.3']);
    expect(
      await page.evaluate('[globalThis.hacked ?? null, document.scripts.length, document.images.length]'),
    ).toEqual([null, 2, 0]);
    expect(problems).toEqual([]);
    const id =
      '<img src=x onerror="globalThis.hacked = true"></title></script><script>globalThis.hacked = true</script>';
    const recorder = new PageRecorder({ ...numbers, id }, { stepsPerSecond: 1 });
    recorder.add(1, createPlayedStep({ isLast: true }));
    writeFileSync(join(directory, 'name.html'), recorder.finish('<b>it was cut</b>').bytes);
    const named = await openPage(join(directory, 'name.html'));
    expect(await named.page.locator('h1').innerText()).toBe(`${id} plays`);
    expect(await named.page.title()).toBe(`Replay of ${id}`);
    expect(await named.page.locator('#cut').innerText()).toContain('<b>it was cut</b>');
    expect(await named.page.evaluate('globalThis.hacked ?? null')).toBe(null);
    expect(named.problems).toEqual([]);
  });

  it('runs no script but its own, should markup get into it after all', async () => {
    const directory = await prepare(hostile);
    await record(directory, 'hostile.html');
    const file = join(directory, 'hostile.html');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('<main>', '<main><script>globalThis.hacked = true</script>'));
    const { page, problems } = await openPage(file);
    expect(await page.evaluate('globalThis.hacked ?? null')).toBe(null);
    expect(problems.join()).toContain('Content Security Policy');
  });

  it('lists the numbers of an environment that cannot be drawn, and draws observations that are pictures', async () => {
    const directory = await prepare(numbers);
    await record(directory, 'numbers.html');
    const { page } = await openPage(join(directory, 'numbers.html'));
    expect(await page.getByLabel('Observation').innerText()).toBe('observation: 0.000 1.000 0.000');
    expect(await page.locator('canvas').isVisible()).toBe(false);
    // An action of two numbers has no probabilities.
    expect((await readFacts(page))[3]).toMatch(/^-?[\d.]+, -?[\d.]+$/);
    expect(await page.locator('.meter').count()).toBe(0);
    const pictures = await prepare(picture);
    await record(pictures, 'picture.html');
    const drawn = await openPage(join(pictures, 'picture.html'));
    await drawn.page.keyboard.press('End');
    expect(await findMiddle(drawn.page, [27, 35, 48])).toBeCloseTo(5.5 / 6, 2);
  });
});

describe('the file of a replay', () => {
  it('has a size that can be sent to others', async () => {
    // A policy that balances its pole for 500 steps.
    const directory = createTemporaryDirectory();
    const training = ['train', 'CartPole-v1', '--seed', '1', '--workers', '1', '--output', 'CartPole-v1'];
    expect((await runCommand(training, { directory })).code).toBe(0);
    const page = await record(directory, 'game.html');
    expect(page).toMatchObject({ steps: 500, frames: 500, return: 500 });
    expect(page.bytes).toBeLessThan(300_000);
    const gif = await record(directory, 'game.gif');
    expect(gif).toMatchObject({ steps: 500, frames: 251 });
    expect(gif.bytes).toBeLessThan(300_000);
  });

  it('of an endless episode has an end, and says so', async () => {
    const directory = await prepare(endless);
    const { code, stdout, stderr } = await play(directory, '--output', 'endless.html', '--episodes', '2');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^five hundred steps\nwarning: endless\.html ends early: its episode did not end within 10000 steps, and the environment sets no limit\n$/,
    );
    expect(stdout).toMatch(/^wrote endless\.html: 1 episode, 10000 steps, return 1000, [\d,]+ KiB\n$/);
  });

  it('is not overwritten without permission, and nothing else is left beside it', async () => {
    const directory = await prepare(hostile);
    const file = join(directory, 'game.gif');
    writeFileSync(file, 'mine');
    expect(await play(directory, '--output', 'game.gif')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: game.gif exists; choose another path with --output, or overwrite it with --force\n',
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await play(directory, '--output', 'game.gif', '--force')).toMatchObject({ code: 0 });
    expect(decodeGif(readFileSync(file)).frames).toHaveLength(2);
    expect(readdirSync(directory).sort()).toEqual(['HostileTexts-v0', 'game.gif']);
  });

  it.skipIf(!hasTerminal)('is overwritten after yes on a terminal', async () => {
    const directory = await prepare(cartPoleV1);
    writeFileSync(join(directory, 'game.html'), 'mine');
    const { code } = await runInTerminal(['play', 'CartPole-v1', '--output', 'game.html'], {
      directory,
      dialogue: [[/game\.html exists\. Overwrite it\? \[y\/N\] /, 'y\n']],
    });
    expect(code).toBe(0);
    expect(readFileSync(join(directory, 'game.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('does not come to be if the command cannot go on, or is stopped', async () => {
    const directory = await prepare(endless);
    mkdirSync(join(directory, 'taken.gif'));
    for (const [output, problem] of [
      ['game.mp4', /^error: --output: the name of a replay ends in \.gif or \.html\n$/],
      ['nowhere/game.gif', /^error: cannot write nowhere\/game\.gif: the directory is missing \(ENOENT\)\n$/],
      ['taken.gif', /^error: cannot write taken\.gif: it is a directory\n$/],
    ] as const) {
      const { code, stderr } = await play(directory, '--output', output, '--force');
      expect(code).toBe(1);
      expect(stderr).toMatch(problem);
    }
    const before = readdirSync(directory);
    const stopped = await runCommand(
      ['play', 'NeverEnding-v0', '--environments', modules, '--output', 'game.gif', '--fps', '1'],
      { directory, interruptAt: 'five hundred steps' },
    );
    expect(stopped).toEqual({ code: 130, stdout: '', stderr: 'five hundred steps\n' });
    expect(readdirSync(directory)).toEqual(before);
  });
});
