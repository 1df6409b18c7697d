// Keeps docs/security.md in agreement with the limits and the production packages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  bodyLimitBytes,
  headersLimitBytes,
  httpLimits,
  maxHeaders,
  maxUrlLength,
  peerMessageLimitBytes,
} from '../../src/server/http/limits.ts';
import { maxHelloBytes } from '../../src/server/remote-environments/remote-environments.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('|'));

describe('docs/security.md', () => {
  it.each([
    ['requests with one token', `${httpLimits.maxRequestsPerSecond} a second`],
    ['different wrong tokens', `${httpLimits.maxWrongTokensPerMinute} a minute`],
    ['body', `${bodyLimitBytes / 1024} KiB`],
    ['request line and headers', `${headersLimitBytes / 1024} KiB, ${maxHeaders} headers`],
    ['address', `${maxUrlLength} characters`],
    [
      'time for the headers, for the whole request',
      `${httpLimits.headersTimeoutMs / 1000} s, ${httpLimits.requestTimeoutMs / 1000} s`,
    ],
    ['idle connection', `${httpLimits.keepAliveTimeoutMs / 1000} s`],
    ['event stream whose reader', `${httpLimits.stallLimitMs / 1000} s`],
    ['event streams', `${httpLimits.maxEventStreams}`],
    ['model whose reader', `${httpLimits.stallLimitMs / 1000} s`],
    ['models that are sent', `${httpLimits.maxDownloads}`],
    ['policies that the server plays', `${httpLimits.maxPlayers}`],
    ['connections of remote', `${httpLimits.maxPeers}`],
    ['message of a remote', `${peerMessageLimitBytes / 1024 / 1024} MiB, ${maxHelloBytes / 1024} KiB`],
    ['connections  ', httpLimits.maxConnections.toLocaleString('fr').replace(/\s/, ' ')],
    ['event loop that lags', `${httpLimits.maxEventLoopDelayMs / 1000} s`],
  ])('gives the limit of: %s', (what, limit) => {
    const row = rows.find((line) => line.startsWith(`| ${what}`));
    expect(row?.split('|')[2]?.trim()).toBe(limit);
  });

  it('explains each production package, and no others', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    const table = text.slice(text.indexOf('| package '), text.indexOf('`npm audit'));
    const first = table.split('\n').map((line) => line.split('|')[1] ?? '');
    const named = [...first.join(' ').matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(dependencies).sort());
  });
});
