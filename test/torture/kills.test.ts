// kill -9 of servers and masters, again and again, while jobs come, train and end.
import { expect, it } from 'vitest';
import { surviveKills } from '../fixtures/faults/survive-kills.ts';

it('survives 60 kills', { timeout: 20 * 60_000 }, async () => {
  const seed = Number(process.env.TORTURE_SEED ?? 1);
  const report = await surviveKills({ kills: 60, seed, shortJobSeconds: 2 });
  process.stdout.write(`killed: ${JSON.stringify({ seed, ...report })}\n`);
  expect(report.attempts).toBeGreaterThan(30);
});
