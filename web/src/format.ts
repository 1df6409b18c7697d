// Numbers and times as people read them.

const large = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const unknown = '–';

/** 1234567 is 1.23M. */
export function formatCount(count: number): string {
  return count < 1000 ? String(Math.round(count)) : large.format(count);
}

/** Four significant digits; tiny numbers as powers of ten. */
export function formatNumber(number: number | null | undefined): string {
  if (number === null || number === undefined || !Number.isFinite(number)) return unknown;
  const size = Math.abs(number);
  if (size >= 100_000) return large.format(number);
  return size > 0 && size < 0.001 ? number.toExponential(1) : small.format(number);
}

export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** 75 is 1 min 15 s. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return unknown;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  // A guess that far ahead says no more than that.
  if (days > 999) return 'over 999 d';
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** 2 min ago; the date for what is older than a day. */
export function formatAge(time: string, nowMs: number): string {
  const seconds = (nowMs - Date.parse(time)) / 1000;
  if (seconds < 10) return 'just now';
  return seconds < 86_400 ? `${formatDuration(seconds)} ago` : time.slice(0, 16).replace('T', ' ');
}
