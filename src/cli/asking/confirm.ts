// Questions to the person at the terminal.
import { createInterface } from 'node:readline/promises';

/** Whether somebody can read a question and answer it. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks a question that is answered with yes or no. Everything but yes is no, also the end of the input (Ctrl-D), Ctrl-C,
 * and where nobody can answer.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!canAsk()) return false;
  const closing = new AbortController();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('close', () => {
    closing.abort();
  });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: closing.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!closing.signal.aborted) throw error;
    process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}
