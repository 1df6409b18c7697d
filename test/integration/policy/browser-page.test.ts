// The page of examples/browser in a real browser, which loads a policy from a server of another origin.
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { servePage } from '../../../examples/browser/serve.ts';
import { loadPolicy } from '../../../src/policy/node.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { serveHttp } from '../../fixtures/serve-http.ts';
import { trainTinyModel } from '../../fixtures/tiny-model.ts';

/** What a policy is asked in the page and in Node. */
const observations = Array.from({ length: 40 }, (_, index) =>
  [1, 2, 3, 4].map((factor) => Math.sin(index * factor) * 0.3),
);

async function startPage(): Promise<string> {
  const { url, server } = await servePage(0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return url;
}

/** Asks the policy in the page; the names are those of its import map. */
async function predictInPage(page: Page, model: string): Promise<unknown> {
  return await page.evaluate(`(async () => {
    const { loadPolicy } = await import('a3c-server/policy');
    const policy = await loadPolicy(${JSON.stringify(model)});
    return ${JSON.stringify(observations)}.map((observation) => policy.predict(observation).action);
  })()`);
}

interface OpenPage {
  readonly page: Page;
  /** Names of the compiled kernels that the page has fetched, without repetitions. */
  listKernels(): string[];
}

/** Opens a page in a context of its own, after running a script in it. */
async function openPage(browser: Browser, url: string, script = ''): Promise<OpenPage> {
  const page = await browser.newPage();
  const fetched = new Set<string>();
  page.on('request', (request) => {
    if (request.url().endsWith('.wasm')) fetched.add(request.url().split('/').at(-1) ?? '');
  });
  await page.addInitScript(script);
  await page.goto(url);
  return { page, listKernels: () => [...fetched] };
}

/** Serves a model without permission for pages of other origins, as plain servers of files do. */
async function serveWithoutPermission(): Promise<string> {
  return await serveHttp((_, response) => response.end('{}'));
}

/** A browser starts slowly while other tests run. */
const timeout = 180_000;

describe.skipIf(chromiumPath === null)('the page of examples/browser', () => {
  it('plays the model of a server of another origin, with the actions of Node', { timeout }, async () => {
    const page = await startPage();
    const server = await startTestServer({}, 'real');
    const { url } = await trainTinyModel(server);
    const browser = await startChromium();
    const opened = await openPage(browser, `${page}/?model=${encodeURIComponent(url)}&steps=50`);
    await vi.waitFor(async () => {
      expect(await opened.page.textContent('[role=alert]')).toBe('');
      expect(Number(await opened.page.textContent('#episodes'))).toBeGreaterThan(1);
    }, patience);
    expect(Number(await opened.page.textContent('#return'))).toBeGreaterThan(5);

    const policy = await loadPolicy(url);
    const expected = observations.map((observation) => policy.predict(observation).action);
    expect(new Set(expected).size).toBe(2);
    expect(await predictInPage(opened.page, url)).toEqual(expected);
    expect(opened.listKernels()).toEqual(['kernels.wasm']);

    // What a browser without relaxed SIMD says of a module that uses it.
    const plain = await openPage(browser, page, 'WebAssembly.validate = () => false');
    expect(await predictInPage(plain.page, url)).toEqual(expected);
    expect(plain.listKernels()).toEqual(['kernels-simd.wasm']);
  });

  it('says what is wrong with a server that refuses its origin or has no such job', { timeout }, async () => {
    const page = await startPage();
    const browser = await startChromium();
    const refused = `${await serveWithoutPermission()}/model`;
    const opened = await openPage(browser, `${page}/?model=${encodeURIComponent(refused)}`);
    await vi.waitFor(async () => {
      expect(await opened.page.textContent('[role=alert]')).toMatch(
        /^http:.*cannot be fetched: .*A web page of another origin also needs the server's permission \(CORS\)/,
      );
    }, patience);
    expect(await opened.page.textContent('#episodes')).toBe('0');

    const { url } = await startTestServer();
    const missing = `${url}/jobs/job_00000000000000000000000000/models/best`;
    await opened.page.goto(`${page}/?model=${encodeURIComponent(missing)}`);
    await vi.waitFor(async () => {
      expect(await opened.page.textContent('[role=alert]')).toMatch(
        /^there is no model at .*status 404, .*job_0/,
      );
    }, patience);
  });
});
