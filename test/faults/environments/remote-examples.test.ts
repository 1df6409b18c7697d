// The examples of remote environments, as they are: a program, a Python script and a page in a browser tab.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { chromiumPath, startChromium } from '../../fixtures/chromium.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { serveHttp } from '../../fixtures/serve-http.ts';

const directory = join(import.meta.dirname, '../../../examples/remote');
const hasPython = spawnSync('python3', ['--version']).status === 0;
/** Its characters are not allowed in a header's list of names as they are. */
const tokens = { token: 'main-token', peerToken: 'peer/token=1' };

function startPeer(program: string, file: string, url: string): void {
  const child = spawn(program, [join(directory, file)], {
    env: { ...process.env, A3C_URL: url, A3C_PEER_TOKEN: tokens.peerToken },
    stdio: 'ignore',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
}

/** Trains for a few steps as soon as a peer is there. */
async function trainOn(url: string, environment: string): Promise<void> {
  const client = new A3CClient({ url, token: tokens.token });
  await vi.waitFor(async () => {
    const found = (await client.listEnvironments()).find(({ id }) => id === environment);
    expect(found?.peers).toBe(1);
  }, patience);
  const { id } = await client.createJob({
    environment,
    workers: 1,
    stop: { maxSteps: 300, targetReward: null },
    evaluation: { episodes: 2 },
  });
  const job = await client.waitFor(id);
  expect(job).toMatchObject({ state: 'succeeded', workerRestarts: 0 });
  expect(job.progress.episodes).toBeGreaterThan(2);
}

describe('examples/remote', () => {
  it.each(['environment.ts', 'environment.py', 'environment.html'])('%s has less than 60 lines', (name) => {
    expect(readFileSync(join(directory, name), 'utf8').split('\n').length).toBeLessThan(60);
  });

  it('a TypeScript program is an environment', async () => {
    const { url } = await startTestServer(tokens, 'real');
    startPeer(process.execPath, 'environment.ts', url);
    await trainOn(url, 'remote:Corridor-v1');
  });

  it.skipIf(!hasPython)('a Python script is one', async () => {
    const { url } = await startTestServer(tokens, 'real');
    startPeer('python3', 'environment.py', url);
    await trainOn(url, 'remote:Catch-v1');
  });

  it.skipIf(chromiumPath === null)('a page of an allowed origin is one, in a browser tab', async () => {
    const origin = await serveHttp((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(readFileSync(join(directory, 'environment.html')));
    });
    const { url } = await startTestServer({ ...tokens, corsOrigin: [origin] }, 'real');
    const browser = await startChromium();
    const page = await browser.newPage();
    await page.goto(`${origin}/?server=${encodeURIComponent(url)}`);
    // Without a token it is refused, and tries again.
    await page.fill('#token', tokens.peerToken);
    await trainOn(url, 'remote:Middle-v1');
    expect(await page.textContent('#state')).toBe('connected');
  });
});
