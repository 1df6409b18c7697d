// The dashboard in a real browser, as a person uses it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { ServerProcess } from '../../fixtures/faults/server-process.ts';
import { calmFlags, calmJob } from '../../fixtures/calm-job.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violationsSchema = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));

/** Opens a page; whatever it reports as an error fails the test, and so does anything it loads from elsewhere. */
async function openPage(url: string): Promise<{ page: Page; problems: string[] }> {
  const page = await (await startChromium()).newPage({ viewport: { width: 1280, height: 900 } });
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) problems.push(request.url());
  });
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  return { page, problems };
}

/** What axe-core finds wrong with the page for people who do not see it, or see little (WCAG 2.2, levels A and AA). */
async function findViolations(page: Page): Promise<z.infer<typeof violationsSchema>> {
  // The content security policy refuses scripts of the page, but not those of the browser's owner.
  await page.evaluate(axe);
  const found =
    await page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) })))`);
  return violationsSchema.parse(found);
}

describe.skipIf(chromiumPath === null)('the dashboard', () => {
  it(
    'starts a job, shows how it learns, and plays its policy until the pole stays up',
    { timeout: 180_000 },
    async () => {
      const server = await startTestServer({}, 'real');
      const { page, problems } = await openPage(server.url);
      await page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
      expect(await findViolations(page)).toEqual([]);

      await page.getByRole('link', { name: 'New job' }).first().click();
      await page.getByLabel('name', { exact: true }).fill('<img src=x onerror=alert(1)>');
      await page.getByLabel('workers', { exact: true }).fill('none');
      await page.getByRole('button', { name: 'Start training' }).click();
      await page.locator('.field', { hasText: 'workers' }).locator('.field-error').first().waitFor();
      expect(await page.getByLabel('name', { exact: true }).inputValue()).toBe(
        '<img src=x onerror=alert(1)>',
      );
      expect(await findViolations(page)).toEqual([]);

      await page.getByLabel('workers', { exact: true }).fill('1');
      await page.getByLabel('seed', { exact: true }).fill('1');
      expect(await page.locator('pre').first().innerText()).toContain('"workers":1');
      await page.getByRole('button', { name: 'Start training' }).click();
      await page.getByRole('heading', { name: '<img src=x onerror=alert(1)>' }).waitFor();
      const plot = page.getByRole('img', { name: /^Return over steps/ });
      await plot.waitFor();
      await page.locator('.state', { hasText: 'solved' }).waitFor({ timeout: 60_000 });
      // The page reads the curve again when the job has ended.
      await vi.waitFor(
        async () => {
          expect(await plot.getAttribute('aria-label')).toMatch(/moving average: now 4\d\d/);
        },
        { timeout: 30_000, interval: 200 },
      );
      expect(await findViolations(page)).toEqual([]);

      // A closer look reads finer points of that part.
      const place = await plot.locator('.u-over').boundingBox();
      if (place === null) throw new Error('the plot is not drawn');
      const finer = page.waitForRequest(/\/curve\?.*sinceStep=\d+&untilStep=\d+/);
      await page.mouse.move(place.x + place.width * 0.3, place.y + 20);
      await page.mouse.down();
      await page.mouse.move(place.x + place.width * 0.6, place.y + 30, { steps: 4 });
      await page.mouse.up();
      await finer;
      await page.getByRole('button', { name: 'Whole run' }).click();

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'onnx' }).first().click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^job_.*-best\.onnx$/);

      await page.getByRole('link', { name: 'Watch it play' }).click();
      await page.getByLabel('Speed').fill('240');
      await vi.waitFor(
        async () => {
          expect(await page.locator('.facts').innerText()).toMatch(/Last return\s+500\b/);
        },
        { timeout: 60_000, interval: 200 },
      );
      expect(await page.locator('.meter').count()).toBe(2);
      expect(await findViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Jobs' }).click();
      await page.locator('.sparkline polyline').waitFor({ state: 'attached' });
      // The answer to the wrong form is what browsers report as an error.
      expect(problems.filter((text) => !text.includes('400'))).toEqual([]);
    },
  );

  it('changes a job that trains, says what is wrong at its field, and marks the step', async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await server.postJob('plain', { stop: { maxSteps: 1e12, targetReward: null } });
    const { page } = await openPage(`${server.url}/#/jobs/${id}`);
    const plot = page.getByRole('img', { name: /^Return over steps/ });
    await plot.waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Name').fill('better');
    await page.getByLabel('Learning rate', { exact: true }).fill('fast');
    const form = page.getByRole('dialog');
    await form.getByRole('button', { name: 'Change' }).click();
    await form.locator('.field', { hasText: 'Learning rate' }).locator('.field-error').first().waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('better');
    expect(await findViolations(page)).toEqual([]);
    await page.getByLabel('Learning rate', { exact: true }).fill('0.0001');
    await form.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('heading', { name: 'better' }).waitFor();
    await page.getByText(/optimizer.learningRate changed from [\d.]+ to 0.0001/).waitFor();
    expect(await plot.getAttribute('aria-label')).toMatch(/At \S+: optimizer.learningRate 0.0001/);
  });

  it('trains in environments that no list has, and clones such jobs', async () => {
    const server = await startTestServer({}, 'real');
    const { page, problems } = await openPage(server.url);
    await page.getByRole('link', { name: 'New job' }).first().click();
    const environment = page.getByLabel('Environment', { exact: true });
    const typed = page.getByLabel('Id of the environment');
    const presetOf = async (id: string): Promise<string> => {
      await typed.fill(id);
      return await page.getByLabel('Algorithm').locator('option').first().innerText();
    };
    await environment.selectOption('another one …');
    expect(await environment.locator('option').allInnerTexts()).toContain('gymnasium:HalfCheetah-v5');
    expect(await presetOf('gymnasium:NoSuchWorld-v5')).toBe('default');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.locator('.field', { hasText: 'Environment' }).locator('.field-error').first().waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(await presetOf('MemoryChain-v0?length=5')).toBe('ppo (preset)');
    await page.getByLabel('name', { exact: true }).fill('chain');
    await page.getByLabel('stop.maxSteps', { exact: true }).fill('20000');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByRole('heading', { name: 'chain' }).waitFor();
    await page.getByRole('link', { name: 'Clone' }).click();
    expect(await typed.inputValue()).toBe('MemoryChain-v0?length=5');
    expect(await page.locator('pre').first().innerText()).toContain(
      '"environment":"MemoryChain-v0?length=5"',
    );
    expect(await page.getByLabel('Algorithm').inputValue()).toBe('ppo');
    await environment.selectOption('CartPole-v1');
    expect(await page.getByLabel('Algorithm').inputValue()).toBe('');
    expect(await typed.count()).toBe(0);
    expect(await page.locator('pre').first().innerText()).toContain('"environment":"CartPole-v1"');
    expect(problems.filter((text) => !/40[04]|422/.test(text))).toEqual([]);
  });

  it(
    'starts experiments and searches, and shows what is the best in them',
    { timeout: 120_000 },
    async () => {
      const server = await startTestServer({}, 'real');
      const { page, problems } = await openPage(server.url);
      await page.getByRole('link', { name: 'Experiments' }).click();
      await page.getByRole('link', { name: 'Start one' }).click();
      await page.getByLabel('Seeds').fill('2');
      await page.getByLabel('Variations').fill('[{}, {"policy": {"type": "gaussian"}}]');
      await page.getByLabel('workers', { exact: true }).fill('1');
      await page.getByLabel('stop.maxSteps', { exact: true }).fill('20000');
      expect(await page.locator('pre').first().innerText()).toContain('/experiments');
      await page.getByRole('button', { name: 'Start training' }).click();
      await page.locator('.field', { hasText: 'Variations' }).locator('.field-error').first().waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.getByLabel('Variations').fill('[{}, {"discount": 0.5}]');
      await page.getByRole('button', { name: 'Start training' }).click();
      await page.getByText('2 × 2 jobs, seeds 1, 2').waitFor();
      await page.getByText('has the best score').waitFor({ timeout: 60_000 });
      await page.getByRole('img', { name: /Moving average over steps.*discount 0.5: now \d/ }).waitFor();
      expect(await findViolations(page)).toEqual([]);

      await page.goto(`${server.url}/#/new?kind=tuning`);
      await page.getByLabel('Trials').fill('2');
      await page.getByLabel('Seeds').fill('1');
      await page.getByLabel('stop.maxSteps', { exact: true }).fill('5000');
      await page.getByRole('button', { name: 'Start training' }).click();
      await page.getByText(/^Trial \d is the best so far/).waitFor({ timeout: 60_000 });
      await page.locator('.state', { hasText: 'ended' }).waitFor({ timeout: 60_000 });
      expect(await findViolations(page)).toEqual([]);
      await page.goto(`${server.url}/#/experiments`);
      await page
        .getByRole('link', { name: 'Settings for CartPole-v1' })
        .or(page.getByRole('link', { name: /^tun_/ }))
        .waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.goto(`${server.url}/#/experiments/exp_nothing`);
      await page.getByRole('heading', { name: 'There is no such experiment' }).waitFor();
      expect(problems.filter((text) => !/40[04]|422/.test(text))).toEqual([]);
    },
  );

  it('shows many jobs, finds, compares and cancels them, also on a phone', { timeout: 120_000 }, async () => {
    const server = await startTestServer({ maxRunningJobs: 2 });
    for (const name of ['succeed', 'succeed', 'run'])
      await server.postJob(name, { stop: { targetReward: null } });
    await vi.waitFor(async () => {
      const { data } = await new A3CClient({ url: server.url }).listJobs({ state: 'succeeded' });
      expect(data).toHaveLength(2);
    }, patience);
    const { page, problems } = await openPage(server.url);
    await page.getByText('3 jobs').waitFor();
    await page.getByLabel('Search jobs').fill('succeed');
    await page.getByText('2 of 3 jobs').waitFor();
    await page.getByLabel('Select all that are shown').check();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('img', { name: /^movingAverage over steps/ }).waitFor();
    await page.getByLabel('Group runs with the same settings').check();
    await page.getByText('(2 runs)').first().waitFor();
    expect(await findViolations(page)).toEqual([]);

    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('3 jobs').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Switch to/ }).click();
    expect(await findViolations(page)).toEqual([]);

    await page.getByRole('link', { name: 'run', exact: true }).click();
    // A copy has all settings, also those that are null here and not in the preset.
    await page.getByRole('link', { name: 'Clone' }).click();
    await page.locator('pre', { hasText: '"targetReward":null' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.state', { hasText: 'cancelled' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('2 jobs').waitFor();
    await page.goto(`${server.url}/#/jobs/job_00000000000000000000`);
    await page.getByRole('heading', { name: 'There is no such job' }).waitFor();
    expect(problems.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it(
    'goes on when its server was restarted, with a token that was typed once',
    { timeout: 120_000 },
    async () => {
      const data = createTemporaryDirectory();
      vi.stubEnv('A3C_TOKEN', 'secret');
      const first = await ServerProcess.start(data, calmFlags);
      const port = new URL(first.url).port;
      const { page } = await openPage(first.url);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.getByLabel('Token').fill('guess');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      await page.getByLabel('Token').fill('secret');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
      const client = new A3CClient({ url: first.url, token: 'secret' });
      await client.createJob({ ...calmJob, name: 'calm' });
      await page.getByRole('link', { name: 'calm' }).click();
      await page.locator('.state', { hasText: 'running' }).waitFor();
      const steps = page.locator('.facts div', { hasText: 'Episodes' }).locator('dd');
      await steps.waitFor();

      await first.stop();
      await page.getByText('Reconnecting').waitFor();
      const second = await ServerProcess.start(data, ['--port', port, ...calmFlags]);
      expect(new URL(second.url).port).toBe(port);
      await page.getByText('Reconnecting').waitFor({ state: 'detached' });
      await page.locator('.state', { hasText: 'running' }).waitFor();
      const before = await steps.innerText();
      await vi.waitFor(
        async () => {
          expect(await steps.innerText()).not.toBe(before);
        },
        { timeout: 30_000, interval: 200 },
      );
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      vi.unstubAllEnvs();
    },
  );
});
