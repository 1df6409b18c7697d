// Lint holds the architecture: which folder may import which, and what numeric code may touch.
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import unicorn from 'eslint-plugin-unicorn';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What each part of src/ may import besides itself. */
const allowedImports = {
  server: ['trainer', 'policy', 'shared'],
  trainer: ['shared'],
  master: ['shared'],
  worker: ['shared'],
  client: ['shared'],
  policy: ['shared'],
  browser: ['master', 'worker', 'shared'],
  player: ['policy', 'shared'],
  'remote-worker': ['master', 'worker', 'shared'],
  shared: [],
  cli: ['server', 'trainer', 'master', 'worker', 'remote-worker', 'client', 'policy', 'shared'],
};

const importZones = Object.entries(allowedImports).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: './src',
  except: [folder, ...allowed].map((name) => `./${name}`),
  message: `src/${folder} may import ${[folder, ...allowed].join(', ')} only.`,
}));

/** The dashboard shows what the server says; it takes no code of programs. */
const dashboardZone = {
  target: './web',
  from: './src',
  except: ['./shared', './policy'],
  message: 'web may import src/shared and src/policy only.',
};

/** The rooms of src/shared, in an order: each may import those before it. */
const rooms = [
  'random',
  'statistics',
  'spaces',
  'errors',
  'schemas',
  'fields',
  'node-version',
  'program-files',
  'protobuf',
  'network',
  'returns',
  'normalization',
  'optimizers',
  'policy',
  'topology',
  'measures',
  'environments',
  'gymnasium',
  'remote-environments',
  'environment-modules',
  'replays',
  'engines',
  'native-backend',
  'agents',
  'job-fields',
  'algorithms',
  'job',
  'tuning',
  'model-format',
  'onnx',
  'artifacts',
  'job-directory',
  'protocol',
  'transport',
  'nats',
  'api',
  'curve-files',
];

const roomZones = rooms.map((room, index) => ({
  target: `./src/shared/${room}`,
  from: './src/shared',
  except: rooms.slice(0, index + 1).map((name) => `./${name}`),
  message: `src/shared/${room} may import ${rooms.slice(0, index + 1).join(', ')} only: see docs/architecture.md.`,
}));

/** Kernels and addresses stay inside the engine. */
const kernelZone = {
  target: [
    './src/*.ts',
    './src/!(shared)/**/*.ts',
    './src/shared/!(engines)/**/*.ts',
    './src/shared/engines/*.ts',
    './src/shared/engines/!(wasm)/**/*.ts',
  ],
  from: './src/shared/engines/wasm/kernels',
  message: 'Kernels and their addresses stay in src/shared/engines/wasm: use an Engine.',
};

/** Mathematics runs in a browser, a thread and a test alike: no node modules, no logger, no clock. */
const mathematics = [
  'random',
  'statistics',
  'spaces',
  'network',
  'returns',
  'normalization',
  'optimizers',
  'policy',
  'topology',
  'measures',
  'environments',
  'replays',
  'engines',
  'agents',
  'protobuf',
  'onnx',
].map((folder) => `src/shared/${folder}/**/*.ts`);

/** Indices in these folders are bounded by construction, and a check per element would cost what they save. */
const indexedArithmetic = [
  ...mathematics,
  'src/shared/gymnasium/{gymnasium-batch,reply-frame}.ts',
  'src/shared/transport/parameter-board.ts',
  'src/worker/**/*.ts',
  'test/fixtures/reference-kernels/**/*.ts',
];

/** Functions here take several pointers and extents; an options object per call would be garbage. */
const pointerFunctions = ['src/shared/engines/wasm/**/*.ts', 'test/fixtures/reference-kernels/**/*.ts'];

const noClock = ['Date', 'performance', 'process'].map((name) => ({
  name,
  message: 'Mathematics is pure: pass the value in.',
}));

export default defineConfig(
  globalIgnores(['dist/', 'dist.*/', 'assembly/', 'coverage/', 'a3c-data/', 'quickstart-model/']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX, unicorn },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      'import-x/extensions': ['.ts', '.tsx', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'no-console': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': [
        'error',
        { basePath: import.meta.dirname, zones: [...importZones, ...roomZones, dashboardZone, kernelZone] },
      ],
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Every choice is a union closed by a switch, even while it has a single member.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Counting loops over typed arrays are faster and often need the index later.
      '@typescript-eslint/prefer-for-of': 'off',
      // A function may be async because its caller's contract is.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: mathematics,
    ignores: ['src/shared/engines/wasm/compile-kernels.ts'],
    rules: {
      'import-x/no-nodejs-modules': 'error',
      'no-restricted-globals': ['error', ...noClock],
      'no-restricted-imports': ['error', { name: 'pino', message: 'Mathematics does not log.' }],
    },
  },
  // Browser pages load all of src/policy but what is for Node by name.
  {
    files: ['src/policy/**/*.ts'],
    ignores: ['src/policy/node.ts', 'src/policy/source/read-local-model.ts'],
    rules: { 'import-x/no-nodejs-modules': 'error' },
  },
  { files: indexedArithmetic, rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: pointerFunctions, rules: { '@typescript-eslint/max-params': 'off' } },
  {
    files: [
      '{src/cli,src/browser,bench,examples,scripts,test/fixtures/environments/{printing,forging}}/**/*.ts',
      'test/fixtures/chromium.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  // planck marks its classes as deprecated, because they can also be called without `new`. Its callbacks take four arguments.
  {
    files: ['src/shared/environments/box2d/*.ts'],
    rules: {
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
    },
  },
  // Piscina runs the default export of a task's file.
  {
    files: ['**/*.config.{ts,js}', 'src/worker/main.ts', 'src/**/*-task.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  // Types of what others wrote follow them.
  {
    files: ['**/*.d.ts'],
    rules: { '@typescript-eslint/no-extraneous-class': 'off', 'import-x/no-default-export': 'off' },
  },
  // Event handlers are written where they belong, in the markup.
  {
    files: ['web/**/*.tsx'],
    rules: { '@typescript-eslint/no-confusing-void-expression': 'off' },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
