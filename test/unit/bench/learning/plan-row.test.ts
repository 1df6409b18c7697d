// Whether a result was measured with the settings that a row has now.
import { describe, expect, it } from 'vitest';
import { describeSettings, hasSettings, planRow } from '../../../../bench/learning/plan-row.ts';
import { createUnlistedRow } from '../../../../bench/learning/rows.ts';

describe('recorded settings', async () => {
  const planned = await planRow(createUnlistedRow('CartPole-v1', 'a3c', null), 1);
  const { remoteWorkers, webhook, stop, ...others } = planned.spec;
  const { noImprovement, collapse, ...limits } = stop;

  it('are those of the row, whatever the seed', async () => {
    const { spec } = await planRow(createUnlistedRow('CartPole-v1', 'a3c', null), 2);
    expect(hasSettings(describeSettings({ spec }), planned)).toBe(true);
  });

  it('of a version with fewer fields are compared with what it did', () => {
    expect([remoteWorkers, webhook, noImprovement, collapse]).toEqual([0, null, null, null]);
    expect(hasSettings({ ...others, stop: limits }, planned)).toBe(true);
  });

  it.each([
    ['another value', { ...planned.spec, discount: 0.5 }],
    ['another value in a branch', { ...planned.spec, stop: { ...stop, maxSteps: 7 } }],
    ['something that is no job', { discount: 'x' }],
  ])('with %s are others', (_what, recorded) => {
    expect(hasSettings(recorded, planned)).toBe(false);
  });
});
