import { describe, expect, it } from 'vitest';
import { createCompleteRequest } from '../../../src/cli/settings/complete-request.ts';
import { algorithmNames } from '../../../src/shared/algorithms/algorithms.ts';
import { loadEnvironments } from '../../../src/shared/environment-modules/load-environments.ts';
import { jobRequestSchema } from '../../../src/shared/job/job-spec.ts';
import { InvalidJobError, resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';

const definitions = (await loadEnvironments([])).list();
const seed = () => 7;

describe('a complete request', () => {
  it.each(definitions.map((definition) => [definition.id, definition] as const))(
    'of %s makes the same job as none, with every algorithm',
    (environment, definition) => {
      for (const algorithm of [undefined, ...algorithmNames]) {
        const given = algorithm === undefined ? {} : { algorithm };
        try {
          const expected = resolveJobSpec({ environment, ...given }, definition, seed);
          const written: unknown = JSON.parse(JSON.stringify(createCompleteRequest(given, definition)));
          expect(resolveJobSpec(jobRequestSchema.parse(written), definition, seed)).toEqual(expected);
        } catch (error) {
          // The algorithm does not suit the environment's actions.
          if (!(error instanceof InvalidJobError)) throw error;
          expect(error.issues.map(({ path }) => path)).toEqual(['algorithm']);
        }
      }
    },
  );
});
