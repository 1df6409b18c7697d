// Fuzz test of text in the database from another version, another program or a failing disk: it is read correctly or
// refused, and never changes the meaning of a field.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobRecordSchema } from '../../src/server/store/job-record.ts';
import { jsonColumn } from '../../src/server/store/json-column.ts';
import { trainingFiguresSchema } from '../../src/shared/job/job.ts';
import { jobSpecSchema } from '../../src/shared/job/job-spec.ts';
import { storedJobSpecSchema } from '../../src/shared/job/stored-job-spec.ts';
import { exampleFigures } from '../fixtures/example-figures.ts';
import { exampleSpec } from '../fixtures/example-job.ts';
import { hostileJsonText } from './generators/hostile-json.ts';
import { mutateText, mutateValue } from './generators/mutation.ts';
import { countRuns } from './runs.ts';

const specColumn = jsonColumn(storedJobSpecSchema);
const figuresColumn = jsonColumn(trainingFiguresSchema);

const damagedText = (sound: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    mutateText(fc.constant(JSON.stringify(sound))),
    mutateValue(fc.constant(sound)).map((value) => JSON.stringify(value)),
    hostileJsonText,
  );

describe('a stored column', () => {
  it('gives a spec that a job may have, or is refused', () => {
    fc.assert(
      fc.property(damagedText(exampleSpec), (text) => {
        const parsed = specColumn.safeParse(text);
        if (!parsed.success) return;
        expect(jobSpecSchema.parse(parsed.data)).toEqual(parsed.data);
        expect(Object.getPrototypeOf(parsed.data)).toBe(Object.prototype);
      }),
      { numRuns: countRuns(500) },
    );
  });

  it('gives figures that can be shown, or is refused', () => {
    fc.assert(
      fc.property(damagedText(exampleFigures(100)), (text) => {
        const parsed = figuresColumn.safeParse(text);
        if (parsed.success) expect(JSON.stringify(parsed.data)).not.toContain('null,null,null,null');
        if (parsed.success) expect(trainingFiguresSchema.parse(parsed.data)).toEqual(parsed.data);
      }),
      { numRuns: countRuns(500) },
    );
  });

  it('is read whole: a row with a damaged column is refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('spec', 'figures', 'error'),
        fc.string({ maxLength: 5 }),
        (column, text) => {
          const row = {
            sequence: 1,
            id: `job_${'0'.repeat(20)}`,
            name: null,
            state: 'queued',
            stateReason: null,
            spec: JSON.stringify(exampleSpec),
            figures: null,
            createdAt: '',
            [column]: text,
          };
          expect(jobRecordSchema.safeParse(row).success).toBe(false);
        },
      ),
      { numRuns: countRuns(200) },
    );
  });
});
