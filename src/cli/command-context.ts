// Context that every command receives.
import type { Command } from 'commander';

export interface CommandContext {
  /** Sets the exit code of the process for when the command is done. */
  readonly setExitCode: (code: number) => void;
  /** Aborts when the process must stop; null for a command that handles signals itself. */
  readonly stop: AbortSignal | null;
}

/** Adds arguments, flags and the action to a command. */
export type DefineCommand = (command: Command, context: CommandContext) => void;
