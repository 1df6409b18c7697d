import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { emptyDataHome } from './test/fixtures/find-native-backend.ts';
import { ClosingLineReporter } from './scripts/closing-line-reporter.ts';
import { fuzzProject } from './test/fuzz/fuzz-project.ts';

/** Real threads, sockets and training need longer than a unit test may take. */
const slowTimeoutMs = 60_000;

export default defineConfig({
  resolve: {
    alias: [
      // Environment modules import the package by its name.
      { find: 'a3c-server/client', replacement: join(import.meta.dirname, 'src/client.ts') },
      { find: 'a3c-server/policy', replacement: join(import.meta.dirname, 'src/policy/node.ts') },
      { find: 'a3c-server/environments', replacement: join(import.meta.dirname, 'src/environments.ts') },
      { find: 'a3c-server', replacement: join(import.meta.dirname, 'src/index.ts') },
      {
        find: /^.*\/program-files\/resolve-entry\.ts$/,
        replacement: join(import.meta.dirname, 'test/fixtures/built-programs.ts'),
      },
    ],
  },
  test: {
    pool: 'forks',
    globalSetup: [
      'test/fixtures/build-when-stale.ts',
      'test/fixtures/find-native-backend.ts',
      'test/fixtures/find-python.ts',
    ],
    env: {
      XDG_DATA_HOME: emptyDataHome,
      // Some 400 processes are started; they compile the same modules.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled'),
    },
    // Many tests wait for processes and sockets: two files more than there are cores keep them busy.
    // Files share a worker: what one leaves behind, it would leave behind in a server too.
    isolate: false,
    maxWorkers: availableParallelism() + 2,
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      ...['integration', 'faults', 'learning', 'torture'].map((name) => ({
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
