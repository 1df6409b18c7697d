// The page of the dashboard on which a policy plays: in environments that only the server can run, and while it trains.
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const environments = [join(import.meta.dirname, '../../fixtures/environments/watched')];
const timeout = 180_000;
const cardSchema = z.object({ scores: z.object({ steps: z.int() }) });

async function openPage(server: TestServer, id: string): Promise<Page> {
  const page = await (await startChromium()).newPage({ viewport: { width: 400, height: 300 } });
  page.on('pageerror', (error) => {
    throw error;
  });
  page.setDefaultTimeout(patience.timeout);
  await page.goto(`${server.url}/#/jobs/${id}/watch`);
  return page;
}

function findFact(page: Page, name: string): Locator {
  return page.locator('.facts div', { has: page.getByText(name, { exact: true }) }).locator('dd');
}

async function readNumber(fact: Locator): Promise<number> {
  return Number((await fact.innerText()).replaceAll(',', ''));
}

function plan(mishap: string): void {
  process.env.A3C_TEST_MISHAP = mishap;
  onTestFinished(() => {
    delete process.env.A3C_TEST_MISHAP;
  });
}

describe.skipIf(chromiumPath === null)('the page of a policy that plays', () => {
  it('draws what the server plays, step by step, and says why it cannot', { timeout }, async () => {
    const server = await startTestServer({ environments }, 'real');
    const { id } = await server.postJob('corridor', {
      environment: 'WatchedCorridor-v0',
      network: { layers: [] },
      stop: { maxSteps: 400, targetReward: null },
      evaluation: { episodes: 1, everySteps: 100 },
    });
    await server.waitFor(id, 'succeeded');
    const page = await openPage(server, id);
    const step = findFact(page, 'Step');
    await vi.waitFor(async () => expect(await readNumber(step)).toBeGreaterThan(0), patience);
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await readNumber(findFact(page, 'Trained steps'))).toBeGreaterThanOrEqual(100);
    const before = await readNumber(step);
    await page.getByRole('button', { name: 'One step' }).click();
    // The last step of an episode is followed by the first of the next.
    await vi.waitFor(async () => expect([before + 1, 1]).toContain(await readNumber(step)), patience);
    // The accent of the theme, in which the corridor draws who walks there.
    const isDrawn = await page.evaluate(`(() => {
      const { width, height } = document.querySelector('canvas');
      const { data } = document.querySelector('canvas').getContext('2d').getImageData(0, 0, width, height);
      const pixels = Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 4));
      return pixels.some(([red, green, blue, alpha]) => alpha === 255 && blue > red + 100);
    })()`);
    expect(isDrawn).toBe(true);
    expect(await page.locator('.meter').count()).toBe(2);

    plan('undrawn');
    await page.reload();
    await page.getByText('WatchedCorridor-v0 cannot be drawn: its environment has no render()').waitFor();
    plan('exit');
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'WatchedCorridor-v0 called process.exit(3)' }).waitFor();
  });

  it('follows the newest weights of a job that trains', { timeout }, async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await server.postJob('long', {
      stop: { maxSteps: 1e12, targetReward: null },
      evaluation: { episodes: 1, everySteps: 2_500 },
    });
    const pauseAfter = async (steps: number): Promise<void> => {
      await vi.waitFor(async () => {
        const answer = await server.get(`/jobs/${id}/models/latest/model-card.json`);
        const { scores } = cardSchema.parse(await answer.json());
        expect(scores.steps).toBeGreaterThan(steps);
      }, patience);
      await server.post(`/jobs/${id}/pause`);
      await server.waitFor(id, 'paused');
    };
    await pauseAfter(0);
    const page = await openPage(server, id);
    expect(await page.getByLabel('Model').inputValue()).toBe('latest');
    // Its weights are followed without drawing, too.
    const trained = findFact(page, 'Trained steps');
    await trained.waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await readNumber(trained);
    await server.post(`/jobs/${id}/resume`);
    await pauseAfter(before);
    await vi.waitFor(async () => expect(await readNumber(trained)).toBeGreaterThan(before), patience);
  });
});
