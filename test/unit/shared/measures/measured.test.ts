import { expect, it } from 'vitest';
import { flattenMeasures, groupMeasures, unknownMeasures } from '../../../../src/shared/measures/measured.ts';

it('measures are the same by their names and in the groups of a job', () => {
  const names = Object.keys(unknownMeasures);
  const measured = { ...unknownMeasures, ...Object.fromEntries(names.map((name, index) => [name, index])) };
  expect(flattenMeasures(groupMeasures(measured))).toEqual(measured);
  const { policyMean, policyStandardDeviation, policyLoss, steppingShare } = measured;
  expect(groupMeasures(measured)).toMatchObject({
    policy: { mean: policyMean, standardDeviation: policyStandardDeviation },
    losses: { policy: policyLoss },
    workerTime: { stepping: steppingShare },
  });
});
