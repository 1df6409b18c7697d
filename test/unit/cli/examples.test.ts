// The examples of the help name commands, arguments and flags that exist.
import { expect, it } from 'vitest';
import { createProgram, listCommands, nameCommand } from '../../../src/cli/create-program.ts';
import { normalizeFlags } from '../../../src/cli/flags/schema-flags.ts';
import { examples } from '../../../src/cli/help/examples.ts';

const program = await createProgram({ setExitCode: () => undefined, stop: null }, () => true);
const commands = listCommands(program);
const options = [program, ...commands].flatMap((command) => command.options);
/** The commands that were called. */
const called: string[] = [];
for (const command of commands)
  command.action(() => {
    called.push(nameCommand(command, program));
  });

it('every command has examples, and there are none of others', () => {
  const names = commands.map((command) => nameCommand(command, program));
  expect(Object.keys(examples).sort()).toEqual([...names].sort());
});

it.each(Object.entries(examples).flatMap(([name, own]) => own.map(({ line }) => [line, name] as const)))(
  '%s',
  async (line, name) => {
    const words = line.replace(/ >+ .*$/, '').split(' ');
    expect(words[0]).toBe('a3c');
    await program.parseAsync(normalizeFlags(words.slice(1), options), { from: 'user' });
    expect(called.at(-1)).toBe(name);
  },
);
