// Whom a server posts webhooks to: hosts by name and port, and the addresses that names may resolve to.
import { describe, expect, it } from 'vitest';
import { serverSettingsSchema, type ServerSettingsInput } from '../../../../src/server/config.ts';
import { WebhookRules } from '../../../../src/server/webhooks/webhook-rules.ts';
import { webhookUrlSchema } from '../../../../src/shared/job/webhook-url.ts';

const webhookSecret = '0123456789abcdef';

function createRules(settings: ServerSettingsInput = {}): WebhookRules {
  return new WebhookRules(serverSettingsSchema.parse({ webhookSecret, ...settings }));
}

describe('hosts that jobs may name', () => {
  const rules = createRules({
    webhookHost: ['CI.example.com', 'ci.example.com:8443', '10.0.0.7:9000', '[::1]:9000', 'bücher.example'],
    webhookUrl: ['https://hooks.example.net/a?b=c'],
  });

  it.each([
    'http://ci.example.com/x',
    'https://ci.example.com/',
    'https://ci.example.com:443/',
    'https://ci.example.com:8443/a/b?c',
    'http://10.0.0.7:9000/',
    'http://0xa.7:9000/',
    'http://[0:0:0:0:0:0:0:1]:9000/',
    'https://xn--bcher-kva.example/',
    'https://hooks.example.net/a?b=c',
  ])('%s is one of them', (url) => {
    expect(webhookUrlSchema.parse(url)).toBe(url);
    expect(rules.findRefusal(url)).toBeNull();
  });

  it.each([
    ['https://ci.example.com:8444/', 'ci.example.com:8444'],
    ['https://evil.example/ci.example.com', 'evil.example'],
    ['https://ci.example.com.evil.example/', 'ci.example.com.evil.example'],
    ['https://ci.example.com./', 'ci.example.com.'],
    ['https://sub.ci.example.com/', 'sub.ci.example.com'],
    ['http://10.0.0.7/', '10.0.0.7'],
    ['http://127.0.0.1:9000/', '127.0.0.1:9000'],
    ['http://[::ffff:10.0.0.7]:9000/', '[::ffff:a00:7]:9000'],
    // Only this address, not its host.
    ['https://hooks.example.net/', 'hooks.example.net'],
  ])('%s is none of them', (url, host) => {
    expect(rules.findRefusal(url)).toBe(
      `this server posts only to hosts it was started with; --webhook-host ${host} adds this one`,
    );
  });

  it('are none without settings', () => {
    expect(createRules().findRefusal('https://ci.example.com/')).toMatch(/^this server sends no webhooks; /);
  });
});

describe('addresses of webhooks', () => {
  it.each([
    'ci.example.com/hook',
    'ftp://ci.example.com/',
    'https://user:word@ci.example.com/',
    'https://user@ci.example.com/',
    'https://ci.example.com/#part',
    'https://ci.exa\nmple.com/',
    'https://ci.example.com/a b',
    'https:\\\\ci.example.com\\',
    'http:ci.example.com',
    'https://ci.example.com/\u0000',
    'https://ci.example.com/\u202e',
    'https://',
    'javascript:alert(1)',
    `https://ci.example.com/${'x'.repeat(2000)}`,
  ])('%j is none', (url) => {
    expect(webhookUrlSchema.safeParse(url).success).toBe(false);
  });
});

describe('what a name may resolve to', () => {
  const rules = createRules({ webhookHost: ['a.example'], webhookNetwork: ['10.1.0.0/16', 'fd00::7'] });

  it.each(['93.184.216.34', '2606:4700::1111', '10.1.2.3', '::ffff:10.1.2.3', 'fd00::7'])('%s', (address) => {
    expect(rules.isAddressAllowed(address)).toBe(true);
  });

  it.each([
    ...['127.0.0.1', '127.8.9.1', '0.0.0.0', '10.2.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1'],
    ...['169.254.169.254', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '192.0.2.1'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1', 'fd00::8'],
    // IPv4 within IPv6, in each of its forms.
    ...['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'],
    ...['', 'localhost', '2130706433', '0x7f.1'],
  ])('not %s', (address) => {
    expect(rules.isAddressAllowed(address)).toBe(false);
  });
});

describe('settings of webhooks', () => {
  it.each([
    [{ webhookUrl: ['https://a.example/'] }, /set A3C_WEBHOOK_SECRET too/],
    [{ webhookHost: ['a.example'] }, /set A3C_WEBHOOK_SECRET too/],
    [{ webhookHost: ['a.example'], webhookSecret: 'short' }, /fewer than 16 characters/],
  ])('%j need a secret that cannot be guessed', (settings, message) => {
    const parsed = serverSettingsSchema.parse(settings);
    expect(() => new WebhookRules(parsed)).toThrow(message);
  });

  it.each([
    { webhookHost: ['https://a.example'] },
    { webhookHost: ['a.example/path'] },
    { webhookHost: ['a.example:0'] },
    { webhookHost: ['a.example:70000'] },
    { webhookHost: ['user@a.example'] },
    { webhookHost: ['*.a.example'] },
    { webhookHost: [''] },
    { webhookNetwork: ['a.example'] },
    { webhookNetwork: ['10.1'] },
    { webhookUrl: ['a.example'] },
  ])('%j are refused', (settings) => {
    expect(serverSettingsSchema.safeParse(settings).success).toBe(false);
  });
});
