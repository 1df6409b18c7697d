// Standard output reserved for the command: output of environments goes to standard error instead.
import { Console } from 'node:console';

/**
 * Returns the process's standard output. Everything else that this thread prints goes to standard error from then on.
 */
export function takeStandardOutput(): NodeJS.WriteStream {
  const { stdout, stderr } = process;
  Object.defineProperty(process, 'stdout', { value: stderr, configurable: true, enumerable: true });
  // The global console keeps the stream that it was created with, so it is replaced.
  globalThis.console = new Console(stderr);
  return stdout;
}
