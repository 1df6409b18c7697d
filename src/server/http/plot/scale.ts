// Linear scale of an axis, from data to pixels, with round tick values.
import { scaleLinear } from 'd3-scale';

export interface Scale {
  readonly domain: readonly number[];
  readonly ticks: readonly number[];
  /** Returns the pixel of a value. */
  place(value: number): number;
}

/** Creates a scale over the values, extended to round numbers, that maps onto `range` in pixels. */
export function createScale(
  values: readonly number[],
  range: readonly [number, number],
  tickCount: number,
): Scale {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (low === high) {
    // A flat line is drawn in the middle, however large its value is.
    const margin = Math.max(Math.abs(low) * 0.1, 1);
    low -= margin;
    high += margin;
  }
  const place = scaleLinear([low, high], range).nice(tickCount);
  return { domain: place.domain(), ticks: place.ticks(tickCount), place };
}

const suffixes = [
  { size: 1e9, suffix: 'G' },
  { size: 1e6, suffix: 'M' },
  { size: 1e3, suffix: 'k' },
] as const;

/** Formats 1500000 as `1.5M`, short enough for a tick. */
export function formatTick(value: number): string {
  const unit = suffixes.find(({ size }) => Math.abs(value) >= size);
  const scaled = unit ? value / unit.size : value;
  return `${Number(scaled.toPrecision(4))}${unit?.suffix ?? ''}`.replace('-', '−');
}
