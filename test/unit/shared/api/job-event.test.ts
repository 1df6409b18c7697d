import { expect, it } from 'vitest';
import { jobEventSchema } from '../../../../src/shared/api/job-event.ts';

it('no event has data named `time`: a stream adds the time of the event under that name', () => {
  const kinds = jobEventSchema.options.map(({ shape }) => Object.keys(shape.data.shape));
  expect(kinds.length).toBeGreaterThan(5);
  for (const names of kinds) expect(names).not.toContain('time');
});
