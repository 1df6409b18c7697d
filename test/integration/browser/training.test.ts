// Training in a real browser: the example's page, and `train` as a page calls it.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { servePage } from '../../../examples/browser/serve.ts';
import { train } from '../../../src/index.ts';
import { loadPolicy } from '../../../src/policy/node.ts';
import { chromiumPath, launchChromium } from '../../fixtures/chromium.ts';
import { patience } from '../../fixtures/running-server.ts';
import { serveHttp } from '../../fixtures/serve-http.ts';

const root = join(import.meta.dirname, '../../..');

/** A browser starts slowly while other tests run. */
const timeout = 180_000;

const pages = chromiumPath === null ? null : await servePage(0);
const browser = chromiumPath === null ? null : await launchChromium();

afterAll(async () => {
  await browser?.close();
  pages?.server.closeAllConnections();
  pages?.server.close();
});

/** Opens the example's page. */
async function openPage(): Promise<{ readonly page: Page; readonly url: string }> {
  if (browser === null || pages === null) throw new Error('there is no Chromium');
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(`${pages.url}/train.html`);
  return { page, url: pages.url };
}

const answerSchema = z.object({
  reason: z.string().optional(),
  steps: z.number().optional(),
  parameters: z.array(z.number()).optional(),
  models: z.array(z.string()).optional(),
  /** The code and the message of an error. */
  refusal: z.string().optional(),
});

/** Trains in the page, by the name of its import map. `options` is source text. */
async function trainIn(page: Page, request: object, options = '{}'): Promise<z.infer<typeof answerSchema>> {
  const answer: unknown = await page.evaluate(`(async () => {
    const { train, defineEnvironment } = await import('a3c-server/browser');
    try {
      const { reason, figures, finalParameters, models } = await train(${JSON.stringify(request)}, ${options});
      return {
        reason,
        steps: figures.progress.steps,
        parameters: [...finalParameters],
        models: [...models.keys()].sort(),
      };
    } catch (error) {
      return { refusal: error.code + ': ' + error.message };
    }
  })()`);
  return answerSchema.parse(answer);
}

/** An environment's module as an address. */
function defineModule(url: string, step: string): string {
  const source = `import { defineEnvironment } from '${url}/dist/browser/train.js';
    export const own = defineEnvironment({
      id: 'Own-v0',
      observationSpace: { type: 'box', shape: [1], low: 0, high: 1 },
      actionSpace: { type: 'discrete', n: 2 },
      create: () => ({ reset: () => [1], step: (action) => { ${step} } }),
    });`;
  return JSON.stringify(`data:text/javascript,${encodeURIComponent(source)}`);
}

describe.skipIf(chromiumPath === null)('training in a browser', () => {
  it(
    'solves CartPole on the page of the example, which draws it and offers the model',
    { timeout },
    async () => {
      const { page } = await openPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.fill('[name=seed]', '1');
      await page.click('#start');
      await vi.waitFor(async () => {
        expect(await page.textContent('#state')).toMatch(/^Solved after [\d,]+ steps\.$/);
      }, patience);
      expect(Number(await page.textContent('#average'))).toBeGreaterThanOrEqual(475);
      expect(Number((await page.textContent('#speed'))?.replaceAll(',', ''))).toBeGreaterThan(1_000);
      expect(await page.textContent('[role=alert]')).toBe('');

      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
      const policy = await loadPolicy(new Uint8Array(await readFile(await download.path())));
      expect(policy.environment).toBe('CartPole-v1');
      expect([-0.2, 0.2].map((angle) => policy.predict([0, 0, angle, angle]).action)).toEqual([0, 1]);

      for (const canvas of ['#curve', '#scene']) {
        const colors = await page.evaluate(`(() => {
        const { width, height } = document.querySelector('${canvas}');
        const { data } = document.querySelector('${canvas}').getContext('2d').getImageData(0, 0, width, height);
        return new Set(new Uint32Array(data.buffer)).size;
      })()`);
        expect(colors).toBeGreaterThan(5);
      }
      expect(errors).toEqual([]);
    },
  );

  it.each(['a2c', 'ppo'] as const)(
    'gives %s the parameters of Node, bit for bit',
    { timeout },
    async (algorithm) => {
      const { page } = await openPage();
      const request = {
        environment: 'CartPole-v1',
        algorithm,
        workers: 2,
        seed: 1,
        stop: { maxSteps: 3_000, targetReward: null },
        evaluation: { episodes: 2, everySteps: 1_000 },
      };
      const [inPage, inNode] = await Promise.all([trainIn(page, request), train(request)]);
      expect(inPage).toMatchObject({ reason: 'maxSteps', models: ['best', 'latest'] });
      expect(inPage.parameters).toEqual([...inNode.finalParameters]);
    },
  );

  it('trains an environment of the page, and says what is wrong with one', { timeout }, async () => {
    const { page, url } = await openPage();
    const request = {
      environment: 'Own-v0',
      workers: 1,
      seed: 1,
      environmentTimeoutSeconds: 0.5,
      stop: { maxSteps: 500 },
    };
    const trainOwn = async (step: string) =>
      await trainIn(page, request, `{ environmentModule: ${defineModule(url, step)} }`);
    expect((await trainOwn('return { observation: [1], reward: action, terminated: true }')).reason).toBe(
      'maxSteps',
    );
    expect((await trainOwn('throw new Error("the game is broken")')).refusal).toMatch(
      /^ENVIRONMENT_FAILED: .*the game is broken/,
    );
    const sleep = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';
    expect((await trainOwn(sleep)).refusal).toMatch(/^ENVIRONMENT_TIMEOUT: /);
    const missing = JSON.stringify(`${url}/no-such-module.js`);
    expect((await trainIn(page, request, `{ environmentModule: ${missing} }`)).refusal).toMatch(
      /^ENVIRONMENT_MODULE: .*no-such-module.js cannot be imported/,
    );
    expect((await trainIn(page, request)).refusal).toMatch(/^UNKNOWN_ENVIRONMENT: /);
  });

  it('refuses what a page cannot do, and stops when it is told to', { timeout }, async () => {
    const { page } = await openPage();
    expect((await trainIn(page, { environment: 'CartPole-v1', workers: 0 })).refusal).toMatch(
      /^INVALID_JOB: workers: /,
    );
    expect((await trainIn(page, { environment: 'CartPole-v1', engine: 'tfjs' })).refusal).toMatch(
      /^INVALID_JOB: engine: a page trains with the kernels only/,
    );
    expect((await trainIn(page, { environment: 'CartPole-v1', remoteWorkers: 1 })).refusal).toMatch(
      /^INVALID_JOB: remoteWorkers: only jobs on a server/,
    );
    const endless = { environment: 'CartPole-v1', stop: { targetReward: null, maxSteps: 1e9 } };
    expect((await trainIn(page, endless, '{ signal: AbortSignal.timeout(300) }')).reason).toBe('cancelled');

    // Like most servers of files, it does not send the headers that allow shared memory.
    const plain = await serveHttp(({ url: path = '' }, response) => {
      response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html');
      if (path.startsWith('/dist/')) createReadStream(join(root, path)).pipe(response);
      else response.end('<!doctype html>');
    });
    await page.goto(plain);
    const refused = await page.evaluate(`(async () => {
      const { train } = await import('/dist/browser/train.js');
      return await train({ environment: 'CartPole-v1' }).catch(({ code, message }) => code + ': ' + message);
    })()`);
    expect(refused).toMatch(/^NOT_CROSS_ORIGIN_ISOLATED: .*Cross-Origin-Embedder-Policy: require-corp/);
  });
});
