// Axes: a linear scale from data to pixels, and round numbers to write along it.

export interface Scale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** The pixel of a value. */
  place(value: number): number;
}

/** A scale over the values, stretched to round numbers, that maps onto `range` in pixels. */
export function createScale(
  values: readonly number[],
  range: readonly [number, number],
  tickCount: number,
): Scale {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (low === high) {
    // A flat line stands in the middle, however large its value is.
    const margin = Math.max(Math.abs(low) * 0.1, 1);
    low -= margin;
    high += margin;
  }
  const step = roundStep((high - low) / tickCount);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const [start, end] = [first * step, last * step];
  const place = (value: number): number =>
    range[0] + ((value - start) / (end - start)) * (range[1] - range[0]);
  return { domain: [start, end], ticks, place };
}

/** The next of 1, 2, 5, 10, 20 … that is no smaller. */
function roundStep(step: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5].find((candidate) => candidate * magnitude >= step * (1 - 1e-9)) ?? 10;
  return factor * magnitude;
}

const suffixes = [
  { size: 1e9, suffix: 'G' },
  { size: 1e6, suffix: 'M' },
  { size: 1e3, suffix: 'k' },
] as const;

/** 1500000 as `1.5M`; short enough for a tick. */
export function formatTick(value: number): string {
  const unit = suffixes.find(({ size }) => Math.abs(value) >= size);
  const scaled = unit ? value / unit.size : value;
  return `${Number(scaled.toPrecision(4))}${unit?.suffix ?? ''}`.replace('-', '−');
}
