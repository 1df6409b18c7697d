// Process that replaces an artifact forever, and reports the number of each write, until it is killed.
import { writeSync } from 'node:fs';
import { writeArtifact } from '../../../src/shared/artifacts/write-artifact.ts';
import { createNumberedFiles } from './numbered-files.ts';

const [directory = '', first = '0', keep = '2'] = process.argv.slice(2);
for (let number = Number(first); ; number += 1) {
  await writeArtifact({ directory, files: createNumberedFiles(number), keep: Number(keep) });
  // Written to the descriptor itself: what the process has said is out when it dies.
  writeSync(1, `${number}\n`);
}
