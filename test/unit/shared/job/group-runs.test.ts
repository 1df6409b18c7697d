import { expect, it } from 'vitest';
import { groupBySettings, listDifferences } from '../../../../src/shared/job/group-runs.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';

const run = (changes: object) => ({ spec: { ...exampleSpec, ...changes } });

it('runs that differ by seed, name or metadata alone are a group', () => {
  const [a, b, c] = [
    run({ seed: 1, name: 'a' }),
    run({ discount: 0.5 }),
    run({ seed: 2, metadata: { try: 2 }, environmentTimeoutSeconds: 9 }),
  ];
  expect(groupBySettings([a, b, c])).toEqual([
    { label: `discount ${exampleSpec.discount} (2 runs)`, runs: [a, c] },
    { label: 'discount 0.5 (1 run)', runs: [b] },
  ]);
});

it('settings that differ are listed by path, also those that only some runs have', () => {
  const rows = listDifferences([
    run({ stop: { maxSteps: 1 } }),
    run({ stop: { maxSteps: 2 } }),
    run({ stop: { maxSteps: 2, extra: [1] } }),
  ]);
  expect(rows).toEqual([
    { path: 'stop.maxSteps', values: ['1', '2', '2'] },
    { path: 'stop.extra', values: ['', '', '[1]'] },
  ]);
});

it('settings of one algorithm are absent in another, and have no row of their own', () => {
  const rows = listDifferences([
    run({ ppo: null, webhook: null }),
    run({ ppo: { epochs: 2 }, webhook: null }),
    run({ ppo: { epochs: 4 }, webhook: null }),
  ]);
  expect(rows).toEqual([{ path: 'ppo.epochs', values: ['', '2', '4'] }]);
});
