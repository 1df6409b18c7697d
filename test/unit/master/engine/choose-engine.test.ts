import { describe, expect, it } from 'vitest';
import { chooseEngine, UnknownBackendError } from '../../../../src/master/engine/choose-engine.ts';

describe('chooseEngine', () => {
  it.each(['auto', 'wasm'] as const)('takes the kernels for %s', (requested) => {
    expect(chooseEngine({ engine: requested, network: {} }, undefined)).toEqual({
      name: 'wasm',
      backend: 'simd',
      reason: null,
    });
    expect(chooseEngine({ engine: requested, network: {} }, 'nonsense').name).toBe('wasm');
  });

  it('takes the best backend of TensorFlow.js', () => {
    expect(chooseEngine({ engine: 'tfjs', network: {} }, undefined)).toEqual({
      name: 'tfjs',
      backend: 'wasm',
      reason: null,
    });
    expect(chooseEngine({ engine: 'tfjs', network: {} }, 'wasm').reason).toBeNull();
  });

  it('takes the backend that the environment variable names, and says so', () => {
    expect(chooseEngine({ engine: 'tfjs', network: {} }, 'cpu')).toEqual({
      name: 'tfjs',
      backend: 'cpu',
      reason: 'A3C_TFJS_BACKEND asks for it',
    });
  });

  it('takes the backend that can differentiate the model, and says why', () => {
    const request = {
      engine: 'auto',
      network: { modelTopology: {}, modelDescription: { backend: 'cpu' } },
    } as const;
    expect(chooseEngine(request, undefined)).toEqual({
      name: 'tfjs',
      backend: 'cpu',
      reason: 'the wasm backend cannot differentiate this model',
    });
    expect(chooseEngine(request, 'cpu')).toMatchObject({ backend: 'cpu', reason: expect.any(String) });
    const untried = {
      engine: 'auto',
      network: { modelTopology: {}, modelDescription: { backend: null } },
    } as const;
    expect(chooseEngine(untried, undefined)).toEqual({ name: 'tfjs', backend: 'wasm', reason: null });
  });

  it('names the backends that there are', () => {
    expect(() => chooseEngine({ engine: 'tfjs', network: {} }, 'webgl')).toThrow(UnknownBackendError);
    expect(() => chooseEngine({ engine: 'tfjs', network: {} }, 'webgl')).toThrow(
      'A3C_TFJS_BACKEND is "webgl"; it can be wasm or cpu',
    );
  });
});
