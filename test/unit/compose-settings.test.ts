// docker-compose.yml passes settings that the server reads, and .env.example explains each of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readServerEnvironment } from '../../src/server/config.ts';

const root = join(import.meta.dirname, '../..');
const composeSchema = z.object({
  services: z.object({ a3c: z.object({ environment: z.record(z.string(), z.string()) }) }),
});
const { environment } = composeSchema.parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')))
  .services.a3c;
const example = readFileSync(join(root, '.env.example'), 'utf8');

it('takes every variable from the file .env, which has an example', () => {
  const named = [...example.matchAll(/^(A3C_\w+)=/gm)].map(([, name = '']) => name);
  expect(named).toEqual(Object.keys(environment));
  for (const [name, value] of Object.entries(environment)) expect(value).toMatch(`\${${name}:`);
});

it.each(Object.keys(environment))('%s is a setting of the server, and none where it is empty', (name) => {
  for (const other of Object.keys(environment)) vi.stubEnv(other, '');
  expect(readServerEnvironment()).toEqual({});
  vi.stubEnv(name, 'value');
  expect(Object.keys(readServerEnvironment())).toHaveLength(1);
  vi.unstubAllEnvs();
});
