// Pages that call the API in a real browser: /docs, and a page of another origin with the client.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { A3CClient } from '../../../src/client.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { serveHttp } from '../../fixtures/serve-http.ts';

const bundle = join(import.meta.dirname, '../../../dist/bundle');

/** A page that imports the built client without a bundler, from another server than the API's. */
async function serveClient(): Promise<string> {
  return await serveHttp(({ url = '/' }, response) => {
    const isScript = url.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? readFileSync(join(bundle, url)) : '<!doctype html><title>a page</title>');
  });
}

const reportSchema = z.object({
  id: z.string(),
  state: z.string(),
  events: z.array(z.string()),
  weights: z.number(),
  refusal: z.string(),
});

/** What a page does with the client. */
const work = (url: string): string => `(async () => {
  const { A3CClient, A3CApiError } = await import('/client.js');
  const client = new A3CClient({ url: ${JSON.stringify(url)}, token: 'secret' });
  const { id } = await client.createJob({ environment: 'CartPole-v1', seed: 1 });
  const events = new Set();
  for await (const { type } of client.events(id)) events.add(type);
  const { state } = await client.waitFor(id);
  const { weights } = await client.getModel(id);
  const refusal = await client.getJob('none').catch((error) => error instanceof A3CApiError && error.code);
  return { id, state, events: [...events], weights: weights.byteLength, refusal };
})()`;

describe.skipIf(chromiumPath === null)('a browser', () => {
  it(
    'trains by "Execute" of /docs, and by the client in a page of another origin',
    { timeout: 180_000 },
    async () => {
      const origin = await serveClient();
      const server = await startTestServer({ token: 'secret', corsOrigin: [origin] }, 'real');
      const client = new A3CClient({ url: server.url, token: 'secret' });
      const browser = await startChromium();

      const page = await browser.newPage();
      await page.goto(origin);
      const report = reportSchema.parse(await page.evaluate(work(server.url)));
      expect(report).toMatchObject({ state: 'succeeded', refusal: 'JOB_NOT_FOUND' });
      expect(report.events).toEqual(expect.arrayContaining(['state', 'progress', 'episode', 'evaluation']));
      expect(report.weights).toBeGreaterThan(1000);

      await page.request.post(`${server.url}/session`, { data: { token: 'secret' } });
      await page.goto(`${server.url}/docs`);
      const execute = async (operation: string): Promise<string | null> => {
        const block = page.locator(`[id$="-${operation}"]`);
        await block.locator('.opblock-summary-control').click();
        await block.getByRole('button', { name: 'Try it out' }).click();
        await block.getByRole('button', { name: 'Execute' }).click();
        return await block.locator('.live-responses-table .response-col_status').last().textContent();
      };
      expect(await execute('getJob')).toMatch(/^200/);
      expect(await execute('createJob')).toMatch(/^202/);
      const [newest] = (await client.listJobs({ limit: 1 })).data;
      expect(newest?.id).not.toBe(report.id);
      // Masters have a low priority: beside other tests, this may take a minute.
      expect(await client.waitFor(newest?.id ?? '')).toMatchObject({ endedBy: 'targetReward' });
    },
  );
});
