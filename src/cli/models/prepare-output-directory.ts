// Keeps a training from putting its models among someone's other files, or from finding out at its end that it cannot.
import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { modelNames } from '../../shared/job/model-name.ts';
import { ModelFilesError } from './model-files-error.ts';

/** Makes `directory` where it is missing. Throws ModelFilesError unless it is then ours to write models to. */
export async function prepareOutputDirectory(directory: string): Promise<void> {
  const names = await openDirectory(directory);
  const isOurs = (name: string): boolean =>
    modelNames.some((model) => name === model || name.startsWith(`${model}.`));
  const foreign = names.find((name) => !isOurs(name));
  if (foreign !== undefined) {
    throw new ModelFilesError(
      `${directory} holds other files (${foreign}); choose another directory with --output`,
    );
  }
}

/** The names in a directory that exists from then on. */
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

/** `mkdir` with its recursive option never returns below /proc and the like, where a parent exists and still has no room. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') return;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || parent === directory) throw error;
    await makeDirectory(parent);
    await mkdir(directory);
  }
}
