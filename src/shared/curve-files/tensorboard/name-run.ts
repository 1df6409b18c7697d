// Names of runs in TensorBoard: each is a directory below the one that TensorBoard is started with.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobSpec } from '../../job/job-spec.ts';

const maxLabelLength = 60;
const maxRuns = 10_000;

/**
 * Label of a run: the job's name, or its environment. Only letters, digits, dots, underscores and dashes are left of a
 * name, so it is a directory on every system and never leaves its parent.
 */
export function labelRun({ name, environment }: Pick<JobSpec, 'name' | 'environment'>): string {
  for (const text of [name ?? '', environment]) {
    const label = text
      .normalize('NFC')
      .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
      .slice(0, maxLabelLength)
      .toWellFormed()
      .replaceAll(/^[.-]+|[.-]+$/g, '');
    if (label !== '') return label;
  }
  return 'run';
}

/** Creates the first directory `label-1`, `label-2`, … that is not there yet, and returns its path. */
export async function createRunDirectory(directory: string, label: string): Promise<string> {
  for (let number = 1; number <= maxRuns; number += 1) {
    const path = join(directory, `${label}-${number}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  throw new RangeError(`${directory} has ${maxRuns} runs of ${label}`);
}
