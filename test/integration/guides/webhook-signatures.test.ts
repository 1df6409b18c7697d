// The functions of docs/integrations.md that check signatures, with signatures of the server.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { signWebhook } from '../../../src/server/webhooks/sign-webhook.ts';
import { listBlocks, readGuide } from '../../fixtures/guides.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const page = readGuide('integrations.md');
const secret = 'a secret of some length';
const body = '{"name":"Größe"}';
const now = Math.floor(Date.now() / 1000);

/** Bodies with headers, and whether they are from the server. */
const cases: readonly (readonly [body: string, header: string, isGenuine: boolean])[] = [
  [body, signWebhook(secret, body, now), true],
  [`${body} `, signWebhook(secret, body, now), false],
  [body, signWebhook('another secret', body, now), false],
  [body, signWebhook(secret, body, now - 3600), false],
  [body, `t=${now},v1=`, false],
  [body, `t=${now}`, false],
];

const moduleSchema = z.object({
  isFromServer: z.function({
    input: [z.union([z.string(), z.instanceof(Buffer)]), z.string(), z.string()],
    output: z.boolean(),
  }),
});

it('checks signatures in Node', async () => {
  const path = join(createTemporaryDirectory(), 'check.mjs');
  writeFileSync(path, listBlocks(page, 'js').find((code) => code.includes('isFromServer')) ?? '');
  const { isFromServer } = moduleSchema.parse(await import(pathToFileURL(path).href));
  for (const [text, header, isGenuine] of cases) {
    expect(isFromServer(text, header, secret), header).toBe(isGenuine);
    expect(isFromServer(Buffer.from(text), header, secret), header).toBe(isGenuine);
  }
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

it.skipIf(!hasPython)('checks signatures in Python', () => {
  const code = listBlocks(page, 'python').join('');
  const driver = `
import json, sys
cases, secret = json.load(sys.stdin)
print(json.dumps([is_from_server(body.encode(), header, secret) for body, header, _ in cases]))
`;
  const input = JSON.stringify([cases, secret]);
  const { stdout, stderr } = spawnSync('python3', ['-c', code + driver], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(cases.map(([, , isGenuine]) => isGenuine));
});
