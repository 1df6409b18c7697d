// Log of what environment modules print while the server imports them.
import type { Logger } from 'pino';
import { PrintedOutput } from '../trainer/masters/printed-output.ts';

/**
 * Runs `load`, and logs everything that this thread prints meanwhile. The log writes to the file handle, not to the
 * stream, so it is not captured itself.
 */
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
