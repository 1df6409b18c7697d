// Long version: kill -9 of servers and masters while jobs come, train and end.
import { expect, it } from 'vitest';
import { surviveKills } from '../fixtures/faults/survive-kills.ts';
import { tortureSeed } from './torture-seed.ts';

it('survives 60 kills', { timeout: 20 * 60_000 }, async () => {
  const report = await surviveKills({ kills: 60, seed: tortureSeed, shortJobSeconds: 2 });
  process.stdout.write(`killed: ${JSON.stringify({ seed: tortureSeed, ...report })}\n`);
  expect(report.attempts).toBeGreaterThan(30);
});
