// Settings from environment variables, and what the log shows of settings.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hideSecrets } from '../../../src/server/access-rules.ts';
import { readServerEnvironment, serverSettingsSchema } from '../../../src/server/config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const variables = {
  A3C_TOKEN: 'token',
  A3C_READ_TOKEN: 'read',
  A3C_PEER_TOKEN: 'game',
  A3C_NATS: 'nats://a.example',
  A3C_PYTHON: './gym/bin/python',
  A3C_TENSORBOARD: './board',
  A3C_WEBHOOK_URL: ' https://a.example/key\n https://b.example/ ',
  A3C_WEBHOOK_HOST: 'c.example d.example:8443',
  A3C_WEBHOOK_NETWORK: '10.0.0.0/8',
  A3C_WEBHOOK_SECRET: '0123456789abcdef',
};

describe('environment variables', () => {
  it('are settings, and lists are separated by spaces', () => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const settings = readServerEnvironment();
    expect(settings).toEqual({
      token: 'token',
      readToken: 'read',
      peerToken: 'game',
      nats: 'nats://a.example',
      python: './gym/bin/python',
      tensorboard: './board',
      webhookUrl: ['https://a.example/key', 'https://b.example/'],
      webhookHost: ['c.example', 'd.example:8443'],
      webhookNetwork: ['10.0.0.0/8'],
      webhookSecret: '0123456789abcdef',
    });
    expect(serverSettingsSchema.safeParse(settings).success).toBe(true);
  });

  it('that are empty are not set', () => {
    for (const name of Object.keys(variables)) vi.stubEnv(name, '');
    expect(readServerEnvironment()).toEqual({});
  });

  it('are not hidden by flags that were not given', () => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const defaults = Object.keys(serverSettingsSchema.parse({}));
    expect(Object.keys(readServerEnvironment()).filter((name) => defaults.includes(name))).toEqual([]);
  });
});

it('the log shows neither tokens, nor the secret, nor the paths of webhooks', () => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.stubEnv('A3C_NATS', 'nats://someone:hush@a.example:4222,tls://hush@b.example');
  const shown = JSON.stringify(hideSecrets(serverSettingsSchema.parse(readServerEnvironment())));
  for (const secret of ['"token":"token"', '"read"', '"game"', '0123456789abcdef', 'key', 'hush', 'someone'])
    expect(shown).not.toContain(secret);
  expect(shown).toContain('"nats":"a.example:4222, b.example"');
  expect(shown).toContain('"webhookUrl":["https://a.example","https://b.example"]');
});
