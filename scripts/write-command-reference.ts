// npm run reference: writes the reference of the command line into docs/command-line.md.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatReference, referenceMark } from './command-reference.ts';

const path = join(import.meta.dirname, '../docs/command-line.md');
const [written = ''] = (await readFile(path, 'utf8')).split(referenceMark);
await writeFile(path, `${written}${referenceMark}\n\n${await formatReference()}`);
