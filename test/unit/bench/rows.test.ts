import { describe, expect, it } from 'vitest';
import { benchRows, listMeasures, selectRows } from '../../../bench/rows.ts';

describe('rows of the speed table', () => {
  it('have names of their own, since results are kept by them', () => {
    const measures = benchRows.flatMap(listMeasures);
    expect(new Set(measures).size).toBe(measures.length);
  });

  it('are selected by words in their names and their environments, whatever the case', () => {
    const select = (...words: string[]): string[] => selectRows(benchRows, words).flatMap(listMeasures);
    expect(select()).toEqual(benchRows.flatMap(listMeasures));
    expect(select('cartpole-v1')).toContain('the same, 2 workers × 16 environments');
    expect(select('cartpole-v1', 'TANH')).toEqual([
      'CartPole, 64-64 tanh towers, 2 workers × 8 environments',
      'the same, tfjs wasm, one thread, one environment',
    ]);
    expect(select('no such row')).toEqual([]);
  });
});
