// Standard output for the command alone: a program that reads it must not find there what an environment prints.
import { Console } from 'node:console';

/** The process's standard output. Whatever else in this thread prints to it prints to standard error from then on. */
export function takeStandardOutput(): NodeJS.WriteStream {
  const { stdout, stderr } = process;
  Object.defineProperty(process, 'stdout', { value: stderr, configurable: true, enumerable: true });
  // The global console keeps the stream that it printed to first.
  globalThis.console = new Console(stderr);
  return stdout;
}
