// Modules of environments are imported into the server too: what they print meanwhile goes into its log.
import type { Logger } from 'pino';
import { PrintedOutput } from './jobs/printed-output.ts';

/** Runs `load` while everything this thread prints is logged. The log itself is written to the handle, not to the stream. */
export async function capturePrints<Result>(log: Logger, load: () => Promise<Result>): Promise<Result> {
  const ends = (['stdout', 'stderr'] as const).map((stream) => capture(stream, log));
  try {
    return await load();
  } finally {
    for (const end of ends) end();
  }
}

function capture(stream: 'stdout' | 'stderr', log: Logger): () => void {
  const output = new PrintedOutput({ log });
  const target = process[stream];
  const own = Object.getOwnPropertyDescriptor(target, 'write');
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    output.write(Buffer.from(chunk));
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  Object.defineProperty(target, 'write', { value: write, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(target, 'write', own);
    else Reflect.deleteProperty(target, 'write');
    output.end();
  };
}
