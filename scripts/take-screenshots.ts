// npm run screenshots: takes the pictures of the dashboard in docs/images from a real one, in the system's Chromium.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { A3CClient } from '../src/client/a3c-client.ts';
import { startServer } from '../src/server/main.ts';
import type { JobRequest } from '../src/shared/job/job-spec.ts';

const images = join(import.meta.dirname, '../docs/images');
const viewport = { width: 1280, height: 800 };
/** A page draws what it has loaded, and its curves a moment later. */
const drawingMs = 1_500;

const finished: readonly JobRequest[] = [
  { environment: 'Acrobot-v1', algorithm: 'ppo', seed: 2 },
  { environment: 'Pendulum-v1', algorithm: 'ppo', seed: 1 },
  { environment: 'MountainCarContinuous-v0', algorithm: 'ppo', seed: 1 },
  { environment: 'CartPole-v1', algorithm: 'a2c', seed: 3, name: 'a2c, seed 3' },
  { environment: 'CartPole-v1', algorithm: 'ppo', seed: 1, name: 'ppo, seed 1' },
];
const running: JobRequest = {
  environment: 'CartPolePositions-v0',
  seed: 1,
  name: 'long run with a memory',
  network: { shared: true, layers: [{ type: 'lstm', units: 32 }] },
  stop: { maxSteps: 60_000_000, targetReward: null },
};

const data = mkdtempSync(join(tmpdir(), 'a3c-screenshots-'));
const server = await startServer({ port: 0, data, logLevel: 'silent', maxRunningJobs: 1 });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const client = new A3CClient({ url: server.url });
  const ids: string[] = [];
  for (const job of finished) {
    const { id } = await client.createJob(job);
    await client.waitFor(id);
    ids.push(id);
  }
  const { id: runningId } = await client.createJob(running);
  await sleep(8_000);
  mkdirSync(images, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport, colorScheme });
    await take(page, '', `jobs-${colorScheme}`);
    await take(page, `jobs/${runningId}`, `job-${colorScheme}`);
    await take(page, `jobs/${ids[0]}/watch`, `watch-${colorScheme}`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(data, { recursive: true, force: true });
}

async function take(page: Page, address: string, name: string): Promise<void> {
  await page.goto(`${server.url}/#/${address}`);
  await page.reload();
  await sleep(drawingMs);
  await page.screenshot({ path: join(images, `${name}.png`) });
  process.stdout.write(`docs/images/${name}.png\n`);
}
