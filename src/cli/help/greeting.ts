// What a3c says when it is called without a command.
import { styleText } from 'node:util';

const first: readonly (readonly [string, string])[] = [
  ['npx a3c serve', 'start the server and its dashboard'],
  ['npx a3c train CartPole-v1', 'train here; the model is written to ./a3c-model'],
  ['npx a3c jobs', 'see the jobs of a server'],
];

/** Returns the greeting, with colours if `stream` shows them. */
export function createGreeting(version: string, stream: NodeJS.WriteStream): string {
  const width = Math.max(...first.map(([line]) => line.length));
  return [
    `${styleText('bold', `a3c ${version}`, { stream })} trains reinforcement-learning agents and serves their models.`,
    '',
    ...first.map(
      ([line, description]) => `  ${styleText('cyan', line.padEnd(width), { stream })}   ${description}`,
    ),
    '',
    'npx a3c --help lists all commands.',
    '',
  ].join('\n');
}
