// TensorFlow.js's native backend: taken where it works, passed over with the reason where it does not.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, it, vi } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import type { Job, JobRequest } from '../../../src/index.ts';
import { nativePackages } from '../../../src/shared/native-backend/find-native-modules.ts';
import { tryModules } from '../../../src/shared/native-backend/probe-native-backend.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const [gpuPackage, cpuPackage] = nativePackages;

/** Packages that are installed, but do not work. */
const broken: Readonly<Record<string, readonly [code: string, reason: RegExp]>> = {
  'that throws': [
    'throw new Error("libtensorflow.so.2: cannot open shared object file\\nmore");',
    /^libtensorflow\.so\.2: cannot open shared object file$/,
  ],
  'that throws what is no error': ['throw undefined;', /undefined/],
  'that is no JavaScript': ['import {', /./],
  'that ends its process': ['process.exit(3);', /^it ends its process \(3\)$/],
  'that crashes': ['process.abort();', /^it ends its process \(SIGABRT\)$/],
  'for another version': [
    'exports.version = { "tfjs-core": "3.9.0" };',
    /^it has version 3\.9\.0 of TensorFlow\.js, not 4\.\d+\.\d+$/,
  ],
  'without a version': ['exports.version = null;', /^it has version unknown of TensorFlow\.js/],
  'without a backend': [
    `const { createRequire } = require('node:module');
     exports.version = { 'tfjs-core': createRequire(${JSON.stringify(import.meta.url)})('@tensorflow/tfjs-core/package.json').version };`,
    /^no tensorflow backend of TensorFlow\.js is registered$/,
  ],
  'that answers in place of the probe': [
    'process.send({ answer: "yes" }); process.send(null); process.exit(0);',
    /^it ends its process \(0\)$/,
  ],
};

/** Writes a package into a directory that stands for XDG_DATA_HOME. */
function install(dataHome: string, packageName: string, code: string): string {
  const directory = join(dataHome, 'a3c-server', 'tfjs-node', 'node_modules', packageName);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: packageName, main: 'index.js' }));
  const file = join(directory, 'index.js');
  writeFileSync(file, code);
  return pathToFileURL(file).href;
}

describe('a native backend', () => {
  it.each(Object.keys(broken))('%s is passed over with the reason', async (name) => {
    const [code, reason] = broken[name] ?? ['', /^$/];
    const module = install(createTemporaryDirectory(), cpuPackage, code);
    const probe = await tryModules([{ packageName: cpuPackage, module }]);
    expect(probe.backend).toBeNull();
    const start = `${cpuPackage} does not work: `;
    expect(probe.reason?.slice(0, start.length)).toBe(start);
    expect(probe.reason?.slice(start.length)).toMatch(reason);
  });

  it('that is not there is named, with what builds it', async () => {
    expect(await tryModules([])).toEqual({
      backend: null,
      reason: '@tensorflow/tfjs-node is not installed (npx a3c setup tfjs-node builds it)',
    });
  });
});

const request: JobRequest = {
  environment: 'CartPole-v1',
  engine: 'tfjs',
  network: { shared: true, layers: [{ type: 'dense', units: 8, activation: 'tanh' }] },
  stop: { maxSteps: 500, targetReward: null },
  evaluation: { episodes: 1, everySteps: 500 },
};

/** Trains a job on a server whose processes look for native backends there. */
async function train(dataHome: string): Promise<Job> {
  vi.stubEnv('XDG_DATA_HOME', dataHome);
  try {
    const server = await startTestServer({}, 'real');
    const client = new A3CClient({ url: server.url });
    const { id } = await client.createJob(request);
    await server.waitFor(id, 'succeeded');
    return await client.getJob(id);
  } finally {
    vi.unstubAllEnvs();
  }
}

describe('a job on TensorFlow.js', () => {
  it('trains on wasm where the native backend does not work', async () => {
    const dataHome = createTemporaryDirectory();
    install(dataHome, cpuPackage, 'process.abort();');
    const { engine, refusedGradients, workerRestarts } = await train(dataHome);
    expect(engine).toEqual({
      name: 'tfjs',
      backend: 'wasm',
      reason: '@tensorflow/tfjs-node does not work: it ends its process (SIGABRT)',
    });
    expect({ refusedGradients, workerRestarts }).toEqual({ refusedGradients: 0, workerRestarts: 0 });
  });

  const nativeModule = inject('nativeModule');

  it.skipIf(nativeModule === null)('trains on the native backend where it works', async () => {
    const { engine, progress, refusedGradients, workerRestarts } = await train(inject('nativeDataHome'));
    expect(engine).toEqual({ name: 'tfjs', backend: 'tensorflow', reason: null });
    expect(progress.updates).toBeGreaterThan(0);
    expect({ refusedGradients, workerRestarts }).toEqual({ refusedGradients: 0, workerRestarts: 0 });
  });

  it.skipIf(nativeModule === null)('says why it trains on the second of two', async () => {
    const dataHome = createTemporaryDirectory();
    install(dataHome, gpuPackage, 'throw new Error("no CUDA")');
    install(
      dataHome,
      cpuPackage,
      `module.exports = require(${JSON.stringify(new URL(nativeModule ?? 'file:///').pathname)});`,
    );
    const { engine } = await train(dataHome);
    expect(engine).toEqual({
      name: 'tfjs',
      backend: 'tensorflow',
      reason: '@tensorflow/tfjs-node-gpu does not work: no CUDA',
    });
  });
});
