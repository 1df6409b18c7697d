// Curve files of a training on the command line: which there are, and where.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { CsvRun, nameEvaluations } from '../../shared/curve-files/csv-run.ts';
import type { CurveFile, CurveFileOptions } from '../../shared/curve-files/curve-file.ts';
import { CurveFiles } from '../../shared/curve-files/curve-files.ts';
import { prepareEventDirectory } from '../../shared/curve-files/tensorboard/event-directory.ts';
import { createRunDirectory, labelRun } from '../../shared/curve-files/tensorboard/name-run.ts';
import { TensorBoardRun } from '../../shared/curve-files/tensorboard/tensorboard-run.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { requirePermission } from '../overwriting/require-permission.ts';

export const curveFileFlags = {
  tensorboard: z
    .string()
    .min(1)
    .optional()
    .describe('Directory for event files of TensorBoard; each training gets its own directory in it'),
  csv: z
    .string()
    .min(1)
    .optional()
    .describe('File for the learning curve as CSV; its evaluations go into a second file beside it'),
};

/** Absolute paths, kept with the job so that a resumed training continues in the same files. */
export const curveFilePathsSchema = z.object({
  /** Directory of the run. */
  tensorboard: z.string().nullable(),
  csv: z.string().nullable(),
});
export type CurveFilePaths = z.infer<typeof curveFilePathsSchema>;

export const noCurveFiles: CurveFilePaths = { tensorboard: null, csv: null };

export interface CurveFileFlags {
  readonly tensorboard?: string | undefined;
  readonly csv?: string | undefined;
  /** Whether a file that is there may be overwritten. */
  readonly force?: boolean;
}

export interface OpenedCurveFiles {
  readonly files: CurveFiles;
  readonly paths: CurveFilePaths;
}

/**
 * Creates the files: those of the earlier part of the training, unless flags name others. Throws CurveFileError if
 * nothing can be written there.
 */
export async function openCurveFiles(
  { tensorboard, csv, force = false }: CurveFileFlags,
  options: CurveFileOptions & { readonly spec: JobSpec },
  earlier: CurveFilePaths = noCurveFiles,
): Promise<OpenedCurveFiles> {
  const files: CurveFile[] = [];
  const csvPath = csv === undefined ? earlier.csv : resolve(csv);
  if (csvPath !== null) {
    if (options.resumedAtSteps === null) await requireFreeNames(csvPath, force);
    files.push(await CsvRun.open(csvPath, options));
  }
  const runDirectory = await openRunDirectory(tensorboard, options.spec, earlier.tensorboard);
  if (runDirectory !== null) files.push(new TensorBoardRun({ ...options, runDirectory }));
  return { files: new CurveFiles(files), paths: { tensorboard: runDirectory, csv: csvPath } };
}

async function requireFreeNames(csv: string, force: boolean): Promise<void> {
  for (const path of [csv, nameEvaluations(csv)]) {
    if (existsSync(path)) await requirePermission({ path, state: 'is there already', flag: '--csv', force });
  }
}

async function openRunDirectory(
  flag: string | undefined,
  spec: JobSpec,
  earlier: string | null,
): Promise<string | null> {
  if (flag === undefined && earlier === null) return null;
  const directory = flag === undefined ? dirname(earlier ?? '') : resolve(flag);
  await prepareEventDirectory(directory);
  if (earlier !== null && dirname(earlier) === directory) return earlier;
  return await createRunDirectory(directory, labelRun(spec));
}
