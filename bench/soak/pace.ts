// What both soaks have in common: how long they last, how many jobs are open, and what counts as growth.
import { parseArgs } from 'node:util';

/** Jobs that are open at the same time. */
export const openJobs = 3;
export const sampleMs = 5_000;
/** After the last job masters end, and sockets that clients keep are closed. */
export const settleMs = 15_000;
/** Memory that grows by less than this is called flat: 15 MiB in an hour. */
export const flatMebibytesPerMinute = 0.25;

/** Returns the value of `--minutes`. Throws RangeError if it is not a number above 0. */
export function readMinutes(defaultMinutes: number): number {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: String(defaultMinutes) } } });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new RangeError(`--minutes takes a number above 0, not ${values.minutes}`);
  return minutes;
}
