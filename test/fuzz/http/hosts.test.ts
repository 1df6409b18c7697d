// Fuzz test of hosts that look like this machine's: no host that a browser would look up elsewhere is accepted.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { exchange } from '../../fixtures/raw-request.ts';
import { hostileText } from '../generators/hostile-json.ts';
import { countRuns } from '../runs.ts';
import { startFuzzedServer } from './fuzzed-server.ts';

const counts = { asked: 0, answered: 0 };
afterAll(() => {
  process.stdout.write(`asked ${counts.asked} times as some host, answered ${counts.answered} times\n`);
});

const part = fc.oneof(
  fc.constantFrom(
    'localhost',
    '.localhost',
    '127.0.0.1',
    '[::1]',
    'evil.example',
    '::1',
    '2130706433',
    '[',
    ']',
  ),
  fc.constantFrom(
    '/',
    '\\',
    '@',
    ':',
    '#',
    '?',
    '.',
    ',',
    ' ',
    '%2e',
    '%00',
    ';',
    '\t',
    ':80',
    '0x7f.1',
    '\u00e9',
  ),
  hostileText.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 10)),
);
const host = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
const someHost = fc.oneof(
  { arbitrary: fc.constantFrom('localhost', '127.0.0.1'), weight: 2 },
  { arbitrary: host, weight: 3 },
);

const question = fc.record({
  hosts: fc.oneof(
    { arbitrary: fc.array(someHost, { minLength: 1, maxLength: 1 }), weight: 4 },
    { arbitrary: fc.array(someHost, { maxLength: 3 }), weight: 1 },
  ),
  named: fc.option(someHost, { nil: null, freq: 1 }),
  method: fc.oneof(
    { arbitrary: fc.constant('GET'), weight: 9 },
    { arbitrary: fc.constant('CONNECT'), weight: 1 },
  ),
});

/** Where a browser would look for the host. */
function isOfThisMachine(text: string): boolean {
  const { hostname } = new URL(`http://${text}/`);
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost');
}

describe('a host', () => {
  it('is answered if a browser resolves it to this machine, and refused otherwise', async () => {
    const server = await startFuzzedServer();
    await fc.assert(
      fc.asyncProperty(question, async ({ hosts, named, method }) => {
        const address = named === null ? '/status' : `http://${named}/status`;
        const lines = [
          `${method} ${address} HTTP/1.1`,
          ...hosts.map((name) => `host: ${name}`),
          'connection: close',
        ];
        const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
        const { status } = await exchange(`http://127.0.0.1:${server.port}`, bytes);
        counts.asked += 1;
        if (status !== 200) {
          expect([400, 403, 404, 405, 414]).toContain(status);
          return;
        }
        counts.answered += 1;
        expect(method).toBe('GET');
        expect(hosts).toHaveLength(1);
        for (const name of [...hosts, ...(named === null ? [] : [named])])
          expect(isOfThisMachine(name.trim())).toBe(true);
      }),
      { numRuns: countRuns(200) },
    );
  });
});
