// a3c completion: prints a script for a shell.
import { Argument } from 'commander';
import type { DefineCommand } from '../command-context.ts';
import { shells, writeScript, type Shell } from '../completion/shell-scripts.ts';

export const defineCompletion: DefineCommand = (command) => {
  command.addArgument(new Argument('<shell>', 'the shell that it is for').choices(shells));
  command.action((shell: Shell) => {
    // The paths, because a shell may find no a3c, or another Node, where the completion runs.
    process.stdout.write(writeScript(shell, [process.execPath, ...process.argv.slice(1, 2)]));
  });
};
