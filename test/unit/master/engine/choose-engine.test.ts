import { describe, expect, it } from 'vitest';
import { chooseEngine, UnknownBackendError } from '../../../../src/master/engine/choose-engine.ts';

describe('chooseEngine', () => {
  it.each(['auto', 'wasm'] as const)('takes the kernels for %s', (requested) => {
    expect(chooseEngine(requested, undefined)).toEqual({ name: 'wasm', backend: 'simd', reason: null });
    expect(chooseEngine(requested, 'nonsense').name).toBe('wasm');
  });

  it('takes the best backend of TensorFlow.js', () => {
    expect(chooseEngine('tfjs', undefined)).toEqual({ name: 'tfjs', backend: 'wasm', reason: null });
    expect(chooseEngine('tfjs', 'wasm').reason).toBeNull();
  });

  it('takes the backend that the environment variable names, and says so', () => {
    expect(chooseEngine('tfjs', 'cpu')).toEqual({
      name: 'tfjs',
      backend: 'cpu',
      reason: 'A3C_TFJS_BACKEND asks for it',
    });
  });

  it('names the backends that there are', () => {
    expect(() => chooseEngine('tfjs', 'webgl')).toThrow(UnknownBackendError);
    expect(() => chooseEngine('tfjs', 'webgl')).toThrow('A3C_TFJS_BACKEND is "webgl"; it can be wasm or cpu');
  });
});
