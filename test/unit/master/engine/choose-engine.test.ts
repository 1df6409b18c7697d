import { describe, expect, it } from 'vitest';
import {
  BackendMissingError,
  chooseEngine,
  UnknownBackendError,
} from '../../../../src/master/engine/choose-engine.ts';
import { chooseIncluded } from '../../../../src/master/engine/choose-included.ts';
import type { NativeProbe } from '../../../../src/shared/native-backend/probe-native-backend.ts';

const tfjs = { engine: 'tfjs', network: {} } as const;
const createRequest = (backend: 'wasm' | 'cpu' | null) =>
  ({ engine: 'auto', network: { modelTopology: {}, modelDescription: { backend } } }) as const;

async function findNothing(): Promise<NativeProbe> {
  return await Promise.resolve({ backend: null, reason: 'there is none' });
}

async function findSecond(): Promise<NativeProbe> {
  return await Promise.resolve({
    backend: {
      packageName: '@tensorflow/tfjs-node',
      module: 'file:///tfjs-node.js',
      version: '4.22.0',
      tensorflow: '2.21.0',
    },
    reason: 'the first does not work',
  });
}

async function neverFind(): Promise<NativeProbe> {
  return await Promise.reject(new Error('no probe is needed'));
}

describe('chooseEngine', () => {
  it.each(['auto', 'wasm'] as const)('takes the kernels for %s, without a probe', async (engine) => {
    const kernels = { name: 'wasm', backend: 'simd', reason: null };
    expect(await chooseEngine({ engine, network: {} }, undefined, neverFind)).toEqual(kernels);
    expect(await chooseEngine({ engine, network: {} }, 'nonsense', neverFind)).toEqual(kernels);
  });

  it('takes the native backend where one works, and says why not a better one', async () => {
    const native = {
      name: 'tfjs',
      backend: 'tensorflow',
      module: 'file:///tfjs-node.js',
      reason: 'the first does not work',
    };
    expect(await chooseEngine(tfjs, undefined, findSecond)).toEqual(native);
    expect(await chooseEngine(tfjs, 'tensorflow', findSecond)).toEqual(native);
    expect(await chooseEngine(createRequest('cpu'), undefined, findSecond)).toEqual(native);
  });

  it('takes the best backend that can differentiate the model, and says why', async () => {
    const wasm = { name: 'tfjs', backend: 'wasm', reason: 'there is none' };
    expect(await chooseEngine(tfjs, undefined, findNothing)).toEqual(wasm);
    expect(await chooseEngine(createRequest('wasm'), undefined, findNothing)).toEqual(wasm);
    expect(await chooseEngine(createRequest(null), undefined, findNothing)).toEqual(wasm);
    const unable = 'the wasm backend cannot differentiate this model';
    expect(await chooseEngine(createRequest('cpu'), undefined, findNothing)).toEqual({
      name: 'tfjs',
      backend: 'cpu',
      reason: `there is none; ${unable}`,
    });
    expect(chooseIncluded(createRequest('cpu'))).toEqual({ name: 'tfjs', backend: 'cpu', reason: unable });
    expect(chooseIncluded(createRequest('wasm')).reason).toBeNull();
  });

  it('takes the backend that the environment variable names, and says so', async () => {
    for (const backend of ['wasm', 'cpu'])
      expect(await chooseEngine(tfjs, backend, neverFind)).toEqual({
        name: 'tfjs',
        backend,
        reason: 'A3C_TFJS_BACKEND asks for it',
      });
  });

  it('names the backends that there are, and why one cannot be taken', async () => {
    const unknown = chooseEngine(tfjs, 'webgl', neverFind);
    await expect(unknown).rejects.toThrow(UnknownBackendError);
    await expect(unknown).rejects.toThrow('A3C_TFJS_BACKEND is "webgl"; it can be tensorflow, wasm, cpu');
    const missing = chooseEngine(tfjs, 'tensorflow', findNothing);
    await expect(missing).rejects.toThrow(BackendMissingError);
    await expect(missing).rejects.toThrow('A3C_TFJS_BACKEND asks for tensorflow, but there is none');
  });
});
