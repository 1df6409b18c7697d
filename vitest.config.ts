import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './scripts/closing-line-reporter.ts';
import { fuzzProject } from './test/fuzz/fuzz-project.ts';

/** Real threads, sockets and training need longer than a unit test may take. */
const slowTimeoutMs = 60_000;

export default defineConfig({
  // Environment modules import the package by its name.
  resolve: { alias: { 'a3c-server': join(import.meta.dirname, 'src/index.ts') } },
  test: {
    pool: 'forks',
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      ...['integration', 'learning', 'torture'].map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: slowTimeoutMs,
          hookTimeout: slowTimeoutMs,
        },
      })),
      {
        extends: true,
        test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], ...fuzzProject },
      },
    ],
  },
});
