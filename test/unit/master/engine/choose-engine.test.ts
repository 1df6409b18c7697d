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

  it('names the backends that there are', () => {
    expect(() => chooseEngine({ engine: 'tfjs', network: {} }, 'webgl')).toThrow(UnknownBackendError);
    expect(() => chooseEngine({ engine: 'tfjs', network: {} }, 'webgl')).toThrow(
      'A3C_TFJS_BACKEND is "webgl"; it can be wasm or cpu',
    );
  });
});
