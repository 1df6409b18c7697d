// npm run document: writes the pages of docs/ that are made from the code, and parts of pages.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { documentCommands } from './documentation/describe-commands.ts';
import { describeJobFields } from './documentation/describe-job-fields.ts';

const documents = join(import.meta.dirname, '../docs');
const commandLine = join(documents, 'command-line.md');
await write(join(documents, 'job-fields.md'), describeJobFields());
await write(commandLine, await documentCommands(readFileSync(commandLine, 'utf8')));

async function write(path: string, text: string): Promise<void> {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
