// a3c open: the dashboard in the browser that the desktop names.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../fixtures/command-line.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const noDisplay = { DISPLAY: '', WAYLAND_DISPLAY: '', BROWSER: '' };

/** A desktop whose opener writes down what it was given. */
function createDesktop(directory: string): Readonly<Record<string, string>> {
  const opener = join(directory, 'xdg-open');
  writeFileSync(opener, `#!/bin/sh\nprintf '%s|' "$@" > '${join(directory, 'opened')}'\n`);
  chmodSync(opener, 0o755);
  return { DISPLAY: ':0', PATH: `${directory}:/usr/bin:/bin` };
}

it.skipIf(process.platform !== 'linux')('opens the dashboard, or the page of a job', async () => {
  const directory = createTemporaryDirectory();
  const server = await startTestServer();
  const { id } = await server.postJob('run');
  const environment = createDesktop(directory);
  const { stdout } = await runCommand(['open', 'run', '--url', server.url], { directory, environment });
  const address = `${server.url}/#/jobs/${id}`;
  expect(stdout).toBe(`${address}\n`);
  expect(readFileSync(join(directory, 'opened'), 'utf8')).toBe(`${address}|`);
});

it.skipIf(process.platform !== 'linux')(
  'prints the address where there is no display, also of a server with a token',
  async () => {
    const directory = createTemporaryDirectory();
    const server = await startTestServer({ token: 'secret' });
    const json = await runCommand(['open', '--url', server.url, '--json'], {
      directory,
      environment: noDisplay,
    });
    expect(z.object({ url: z.string(), isOpen: z.boolean() }).parse(JSON.parse(json.stdout))).toEqual({
      url: `${server.url}/`,
      isOpen: false,
    });
  },
);

it('says how to start a server where another program answers', async () => {
  const directory = createTemporaryDirectory();
  const other = createServer((_, response) => response.end('<p>hello')).listen(0, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = z.object({ port: z.int() }).parse(other.address());
  const foreign = await runCommand(['open', '--url', `http://127.0.0.1:${port}`], { directory });
  expect([foreign.code, foreign.stderr]).toEqual([
    1,
    expect.stringMatching(/^error: what answers at .* is no a3c server\. Start one with: npx a3c serve/),
  ]);
});
