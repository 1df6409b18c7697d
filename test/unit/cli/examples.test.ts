// The examples of the help name commands, arguments and flags that exist.
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { createProgram, listCommands, nameCommand } from '../../../src/cli/create-program.ts';
import { normalizeFlags } from '../../../src/cli/flags/schema-flags.ts';
import { examples } from '../../../src/cli/help/examples.ts';

async function createIdleProgram(): Promise<{ program: Command; ran: string[] }> {
  const ran: string[] = [];
  const program = await createProgram({ setExitCode: () => undefined, stop: null }, () => true);
  for (const command of listCommands(program))
    command.action(() => {
      ran.push(nameCommand(command, program));
    });
  return { program, ran };
}

it('every command has examples, and there are none of others', async () => {
  const { program } = await createIdleProgram();
  const names = listCommands(program).map((command) => nameCommand(command, program));
  expect(Object.keys(examples).sort()).toEqual([...names].sort());
});

it.each(Object.entries(examples).flatMap(([name, own]) => own.map(({ line }) => [line, name] as const)))(
  '%s',
  async (line, name) => {
    const { program, ran } = await createIdleProgram();
    const words = line.replace(/ >+ .*$/, '').split(' ');
    expect(words[0]).toBe('a3c');
    const options = [program, ...listCommands(program)].flatMap((command) => command.options);
    await program.parseAsync(normalizeFlags(words.slice(1), options), { from: 'user' });
    expect(ran).toEqual([name]);
  },
);
