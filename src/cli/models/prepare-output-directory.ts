// Check of the output directory before training: it must be writable and must not contain other files.
import { access, constants, readdir } from 'node:fs/promises';
import { makeDirectory } from '../../shared/artifacts/make-directory.ts';
import { belongsToTraining } from '../training/training-directory.ts';
import { ModelFilesError } from './model-files-error.ts';

/**
 * Creates `directory` if it is missing, and returns whether an earlier training has left files there. Throws
 * ModelFilesError unless models can be written to it.
 */
export async function prepareOutputDirectory(directory: string): Promise<boolean> {
  const names = await openDirectory(directory);
  const foreign = names.find((name) => !belongsToTraining(name));
  if (foreign !== undefined) {
    throw new ModelFilesError(
      `${directory} contains other files (${foreign}); choose another directory with --output`,
    );
  }
  return names.length > 0;
}

/** Creates the directory if needed and returns the names in it. */
async function openDirectory(directory: string): Promise<string[]> {
  try {
    await makeDirectory(directory);
    await access(directory, constants.W_OK);
    return await readdir(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFilesError(`cannot write models to ${directory}: ${reason}`, { cause: error });
  }
}
