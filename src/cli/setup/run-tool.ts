// Calls of the tools that a setup needs.
import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.ts';

export interface ToolCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory?: string;
  /** What to do if the command does not exist. */
  readonly remedy: string;
  readonly signal: AbortSignal | null;
}

/** Lines of a failed tool's output that are shown. */
const shownLines = 6;

/** Runs a tool and returns what it prints. Throws SetupError with its last lines if it fails or does not exist. */
export async function runTool({ command, args, directory, remedy, signal }: ToolCall): Promise<string> {
  const child = spawn(command, args, {
    ...(directory !== undefined && { cwd: directory }),
    ...(signal && { signal }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let everything = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    everything += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (everything += text));
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing =
        error.code === 'ENOENT' ? `${command} is missing: ${remedy}` : `${command}: ${error.message}`;
      reject(new SetupError(missing, { cause: error }));
    });
    child.on('close', (exitCode, signalName) => {
      resolve(exitCode ?? signalName);
    });
  });
  if (code === 0) return output;
  const lines = everything.trimEnd().split('\n').slice(-shownLines);
  throw new SetupError([`${command} ${args[0] ?? ''} failed (${code}):`, ...lines].join('\n  '));
}
