// Path traversal: every parameter of every route gets climbing paths, as raw bytes, and no other file is served.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { exchange, getRaw, type RawAnswer } from '../../fixtures/raw-request.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const climbing = [
  '../../../../../../etc/passwd',
  '..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '%252e%252e%252f%252e%252e%252fetc%252fpasswd',
  '..%5c..%5c..%5cetc%5cpasswd',
  '..\\..\\..\\etc\\passwd',
  '..%c0%af..%c0%afetc%c0%afpasswd',
  '..%ef%bc%8f..%ef%bc%8fetc%ef%bc%8fpasswd',
  '..;/..;/etc/passwd',
  '....//....//etc/passwd',
  '//etc/passwd',
  '%2fetc%2fpasswd',
  'file:%2f%2f%2fetc%2fpasswd',
  '..%00',
  'model.json%00.txt',
  '%00',
  '.',
  '..',
  '%2e%2e',
  '~root',
  'C:%5cwindows',
  '\u00e9',
  '%f0%9f%98%80',
  '%zz',
  'x'.repeat(3_000),
  '../../../a3c.sqlite',
  '..%2f..%2f..%2fa3c.sqlite',
  '..%2f..%2fa3c.sqlite',
  '..%2fpackage.json',
];

/** Every place of an address where something may be named. */
const places = (id: string): readonly ((path: string) => string)[] => [
  (path) => `/${path}`,
  (path) => `/jobs/${path}`,
  (path) => `/jobs/${path}/events`,
  (path) => `/jobs/${path}/metrics`,
  (path) => `/jobs/${path}/evaluations?format=csv`,
  (path) => `/jobs/${path}/plot.svg`,
  (path) => `/jobs/${path}/models/best/weights.bin`,
  (path) => `/jobs/${id}/${path}`,
  (path) => `/jobs/${id}/models/${path}`,
  (path) => `/jobs/${id}/models/${path}.zip`,
  (path) => `/jobs/${id}/models/${path}/model.json`,
  (path) => `/jobs/${id}/models/best/${path}`,
  (path) => `/jobs?after=${path}`,
  (path) => `/docs/${path}`,
  (path) => `/docs/static/${path}`,
];

function expectRefusal({ status, head, body }: RawAnswer, request: string): void {
  expect(status, request).toBeGreaterThanOrEqual(400);
  expect(status, request).toBeLessThan(500);
  expect(head, request).toContain('application/problem+json');
  expect(() => problemSchema.parse(JSON.parse(body)), request).not.toThrow();
  expect(body).not.toMatch(/root:|SQLite format|"dependencies"/);
}

describe('a path that climbs', () => {
  // One server for all of them: none may change it.
  it('leads nowhere', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('write-model');
    await server.waitFor(id, 'succeeded');
    for (const address of climbing.flatMap((path) => places(id).map((place) => place(path)))) {
      // What means the documentation itself, or a list, is no file.
      if (/\/docs\/(static\/)?(\.|%2e%2e|\.\.)?$/.test(address)) continue;
      expectRefusal(await getRaw(server.url, address), address);
    }
  });

  it('changes and removes nothing', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('write-model');
    await server.waitFor(id, 'succeeded');
    const files = ['a3c.sqlite', `jobs/${id}/best/weights.bin`].map((name) => join(server.data, name));
    for (const path of [...climbing, `..%2fjobs%2f${id}`, `.%2f${id}`, `${id}%2f`, `${id}%00`]) {
      for (const [method, address] of [
        ['DELETE', `/jobs/${path}`],
        ['POST', `/jobs/${path}/cancel`],
        ['POST', `/jobs/${path}/resume`],
      ] as const) {
        const request = `${method} ${address} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
        expectRefusal(await exchange(server.url, Buffer.from(request, 'latin1')), request);
      }
    }
    for (const file of files) expect(existsSync(file)).toBe(true);
    expect((await server.readJob(id)).state).toBe('succeeded');
  });

  it('finds no jobs where it is only compared', async () => {
    const server = await startTestServer();
    await server.postJob('run');
    for (const path of climbing.filter((text) => !/%zz|é|[\\]/.test(text))) {
      const { status, body } = await getRaw(server.url, `/jobs?environment=${path}`);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({ data: [] });
    }
  });
});

describe('an environment that is named by a path', () => {
  const modules = join(import.meta.dirname, '../../fixtures/environments');

  const paths = [
    '../../../../etc/passwd',
    'misbehaving.ts',
    './misbehaving.ts',
    join(modules, 'misbehaving.ts'),
    `file://${join(modules, 'misbehaving.ts')}`,
    'data:text/javascript,export%20default%201',
    'node:fs',
    'a3c-server',
    'Corridor-v0\u0000',
    '__proto__',
    'constructor',
    'toString',
  ];

  it('is unknown, though modules are loaded', async () => {
    const server = await startTestServer({ environments: [modules] });
    for (const environment of paths) {
      const response = await server.post('/jobs', { environment });
      const problem = problemSchema.parse(await response.json());
      expect(problem, environment).toMatchObject({ status: 422, code: 'UNKNOWN_ENVIRONMENT' });
      expect(problem.detail).not.toContain(modules);
    }
  });

  it.each(['environmentModule', 'module', 'moduleUrl', 'environments'])(
    'cannot be brought along as %s',
    async (field) => {
      const server = await startTestServer();
      const module = `file://${join(modules, 'misbehaving.ts')}`;
      const response = await server.post('/jobs', { environment: 'Throws-v0', [field]: module });
      expect(response.status).toBe(400);
      expect(
        z.object({ errors: z.array(z.object({ path: z.string() })) }).parse(await response.json()),
      ).toEqual({
        errors: [{ path: field }],
      });
    },
  );

  it('is not described with its place', async () => {
    const server = await startTestServer({ environments: [modules] });
    const text = await (await server.get('/environments')).text();
    expect(text).toContain('Throws-v0');
    expect(text).not.toMatch(/misbehaving|file:|fixtures/);
    expect(readFileSync(join(modules, 'misbehaving.ts'), 'utf8')).toContain('Throws-v0');
  });
});
