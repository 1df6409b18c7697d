// npm run document: writes the pages of docs/ that are made from the code.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describeJobFields } from './documentation/describe-job-fields.ts';

const path = join(import.meta.dirname, '../docs/job-fields.md');
writeFileSync(path, await format(describeJobFields(), { ...(await resolveConfig(path)), filepath: path }));
