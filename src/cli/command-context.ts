// What every command is handed.
import type { Command } from 'commander';

export interface CommandContext {
  /** The process ends with this code when the command is done. */
  readonly setExitCode: (code: number) => void;
  /** Aborts when the process is to stop; only for a command that ends its work in order. */
  readonly stop: AbortSignal | null;
}

/** Gives a command its arguments, flags and action. */
export type DefineCommand = (command: Command, context: CommandContext) => void;
