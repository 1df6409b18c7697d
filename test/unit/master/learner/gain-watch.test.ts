import { describe, expect, it } from 'vitest';
import { GainWatch } from '../../../../src/master/learner/gain-watch.ts';

function watch(averages: readonly number[]): GainWatch {
  const gain = new GainWatch();
  for (const average of averages) gain.add(average);
  return gain;
}

/** Returns with a mean and a standard deviation. */
const returns = (mean: number, deviation = 1) => ({ mean, computeVariance: () => deviation ** 2 });

describe('a gain', () => {
  it('is lost when the moving average has fallen by that share of what it had won', () => {
    const gain = watch([-1200, -700, -200, -400]);
    expect(gain.isLost(returns(-400), 0.5)).toBe(false);
    expect(gain.isLost(returns(-699), 0.5)).toBe(false);
    expect(gain.isLost(returns(-700), 0.5)).toBe(true);
    expect(gain.isLost(returns(-1200), 1)).toBe(true);
  });

  it('that is smaller than the spread of the returns is chance', () => {
    const gain = watch([100, 120]);
    expect(gain.isLost(returns(90, 25), 0.5)).toBe(false);
    expect(gain.isLost(returns(90, 15), 0.5)).toBe(true);
  });

  it('is nothing before there is an average, and while it only falls', () => {
    expect(watch([]).isLost(returns(0), 0.1)).toBe(false);
    expect(watch([100, 50]).isLost(returns(10), 0.1)).toBe(false);
  });

  it('continues from its state', () => {
    const gain = new GainWatch();
    gain.setState(watch([0, 100]).getState());
    gain.add(80);
    expect(gain.isLost(returns(40), 0.5)).toBe(true);
    gain.setState(watch([]).getState());
    expect(gain.isLost(returns(40), 0.5)).toBe(false);
  });
});
