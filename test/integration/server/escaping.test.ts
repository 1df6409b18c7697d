// Names and metadata chosen by clients: they stay text in every browser that shows them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const names = [
  '<script>alert(1)</script>',
  '</title></text></svg><script>alert(1)</script>',
  '"><image href="x" onerror="alert(1)"/>',
  "' onload='alert(1)",
  ']]><script>alert(1)</script><![CDATA[',
  '--><script>alert(1)</script><!--',
  '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;',
  '&lt;script&gt;&#0;&#x1F;&bogus;',
  'nul \u0000 bell \u0007 escape \u001b[31m delete \u007f next \u0085 line \u2028 end',
  'lone \ud800 surrogate, \uffff and \ufffe',
  `${'x'.repeat(78)}\u{1f600}\u{1f600}`,
  'turned \u202e around',
  '=cmd|calc!A1',
];

/** XML as strictly as needed here: elements that nest, attributes in quotes, and the five entities. */
function expectWellFormed(svg: string): void {
  const content = String.raw`(?:[^<&\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|&(?:amp|lt|gt|quot|#39);)`;
  const attribute = String.raw`\s[a-zA-Z0-9:-]+="(?:(?!")${content})*"`;
  const token = new RegExp(String.raw`(?:<(\/?)([a-z]+)(?:${attribute})*(\/?)>|${content}+)`, 'uy');
  const open: string[] = [];
  for (let position = 0; position < svg.length; position = token.lastIndex) {
    token.lastIndex = position;
    const found = token.exec(svg);
    expect(found, `at ${svg.slice(position, position + 60)}`).not.toBeNull();
    const [, isClosing, name, isEmpty] = found ?? [];
    if (name === undefined) continue;
    expect(['svg', 'title', 'g', 'text', 'rect', 'line', 'circle', 'path']).toContain(name);
    if (isClosing) expect(open.pop()).toBe(name);
    else if (!isEmpty) open.push(name);
  }
  expect(open).toEqual([]);
}

describe('a job’s name', () => {
  it.each(names)('%j stays text in its picture', async (name) => {
    const server = await startTestServer();
    const { id } = await server.postJob(name);
    const response = await server.get(`/jobs/${id}/plot.svg`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expectWellFormed(await response.text());
  });

  it.each(names)('%j and such metadata are returned unchanged, as JSON', async (name) => {
    const server = await startTestServer();
    // A lone surrogate has no encoding; it arrives as what stands for it.
    const expected = name.toWellFormed();
    const metadata = { note: name, [name.slice(0, 60)]: 1 };
    const { id } = await server.postJob(name, { metadata });
    for (const path of [`/jobs/${id}`, '/jobs', '/status', `/jobs/${id}/events`]) {
      const response = await server.get(path);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      if (path === '/status') {
        expect(await response.json()).toMatchObject({ jobs: [{ name: expected }] });
      } else if (path === `/jobs/${id}`) {
        const job = await server.readJob(id);
        expect(job.name?.toWellFormed()).toBe(expected);
        expect(String(job.spec.metadata.note).toWellFormed()).toBe(expected);
      }
    }
  });

  it('is no part of a download’s name or of a table', async () => {
    const server = await startTestServer();
    const metadata = { note: 'a"; filename="evil.html\r\nx-injected: 1' };
    const { id } = await server.postJob('write-model', { metadata });
    await server.waitFor(id, 'succeeded');
    const archive = await server.get(`/jobs/${id}/models/best.zip`);
    expect(archive.headers.get('content-disposition')).toBe(`attachment; filename="${id}-best.zip"`);
    expect(archive.headers.has('x-injected')).toBe(false);
  });
});

describe('a picture', () => {
  it('may run nothing, even when it is opened as a page', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    const { headers } = await server.get(`/jobs/${id}/plot.svg`);
    const policy = headers.get('content-security-policy');
    for (const part of ["default-src 'none'", "script-src 'none'", 'sandbox']) expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
  });

  it('never meets an environment with such a name: none can be defined', async () => {
    const environments = createTemporaryDirectory();
    const module = `import { defineEnvironment } from 'a3c-server';
      export const odd = defineEnvironment({
        id: '<svg/onload=alert(1)>-v0',
        observationSpace: { type: 'box', shape: [1] }, actionSpace: { type: 'discrete', n: 2 },
        create: () => ({ reset: () => [0], step: () => ({ observation: [0], reward: 1, terminated: true }) }),
      });`;
    writeFileSync(join(environments, 'odd.ts'), module);
    await expect(startTestServer({ environments: [environments] })).rejects.toThrow(
      /has an invalid definition: id/,
    );
  });
});

describe('a table of figures', () => {
  it('has numbers and nothing a spreadsheet would compute', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed', { metadata: { note: '=1+1' } });
    await server.waitFor(id, 'succeeded');
    const response = await server.get(`/jobs/${id}/metrics?format=csv`);
    expect(response.headers.get('content-type')).toContain('text/csv; charset=utf-8');
    const [head = '', ...rows] = (await response.text()).trimEnd().split('\r\n');
    expect(head).toMatch(/^[a-zA-Z,]+$/);
    expect(rows.length).toBeGreaterThan(0);
    for (const cell of rows.join(',').split(',')) expect(cell).toMatch(/^(-?\d+(\.\d+)?(e[+-]\d+)?)?$/);
  });
});

describe('the documentation', () => {
  it('holds nothing that clients chose', async () => {
    const server = await startTestServer();
    await server.postJob('<b>mark</b>', { metadata: { note: '<b>mark</b>' } });
    for (const path of ['/docs/', '/docs/static/swagger-initializer.js', '/openapi.json']) {
      expect(await (await server.get(path)).text()).not.toContain('mark</b>');
    }
  });
});
