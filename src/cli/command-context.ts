// What every command is handed.
import type { Command } from 'commander';

export interface CommandContext {
  /** The process ends with this code when the command is done. */
  readonly setExitCode: (code: number) => void;
}

/** Gives a command its arguments, flags and action. */
export type DefineCommand = (command: Command, context: CommandContext) => void;
