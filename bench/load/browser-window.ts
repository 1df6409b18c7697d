// A browser that shows pages to nobody: the system's Chromium. Nothing inspects its pages, because that would cost time too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { listProcessTree, readProcessorSeconds, readResidentMebibytes } from '../process-tree.ts';

const startDeadlineMs = 30_000;
const pollMs = 100;
const tabSchema = z.object({ id: z.string() });

export interface BrowserWindow {
  /** Memory of all its processes, in MiB. */
  readMebibytes(): Promise<number>;
  /** Shows the page in a tab of its own, and returns a function that closes the tab. */
  open(url: string): Promise<() => Promise<void>>;
  /** Processor time that all its processes have used. */
  readSeconds(): Promise<number>;
  close(): Promise<void>;
}

export async function openBrowserWindow(path: string): Promise<BrowserWindow> {
  const profile = await mkdtemp(join(tmpdir(), 'a3c-browser-'));
  const flags = [
    '--headless',
    // Its sandbox needs rights that containers lack.
    '--no-sandbox',
    '--no-first-run',
    '--disable-background-networking',
    '--window-size=1280,900',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const browser = spawn(path, flags, { stdio: 'ignore' });
  const exited = once(browser, 'exit');
  const close = async (): Promise<void> => {
    browser.kill('SIGTERM');
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  let port = '';
  const deadline = Date.now() + startDeadlineMs;
  while (port === '' && Date.now() < deadline) {
    const text = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    port = text.split('\n')[0] ?? '';
    await sleep(pollMs);
  }
  if (port === '') {
    await close();
    throw new Error(`${path} was not ready within ${startDeadlineMs / 1000} s`);
  }
  const tabs = `http://127.0.0.1:${port}/json`;
  const sumProcesses = async (read: (id: number) => Promise<number>): Promise<number> => {
    const figures = await Promise.all((await listProcessTree(browser.pid ?? 0)).map((id) => read(id)));
    return figures.reduce((sum, value) => sum + value, 0);
  };
  return {
    open: async (url) => {
      const answer = await fetch(`${tabs}/new?${encodeURI(url).replaceAll('#', '%23')}`, { method: 'PUT' });
      const { id } = tabSchema.parse(await answer.json());
      return async () => {
        await fetch(`${tabs}/close/${id}`);
      };
    },
    readSeconds: async () => await sumProcesses(readProcessorSeconds),
    readMebibytes: async () => await sumProcesses(readResidentMebibytes),
    close,
  };
}
