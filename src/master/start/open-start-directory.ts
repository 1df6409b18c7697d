// Model in a directory that a run starts from.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelDirectory, type ModelDirectory } from '../../shared/artifacts/read-model-directory.ts';
import { listWeightFiles, readForeignModel } from '../../shared/model-format/foreign-model.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { readModelJson, type ModelFiles } from '../../shared/model-format/read-model.ts';
import { openStartModel, refuseStart, type StartModel } from '../../shared/model-format/start-model.ts';

/** Opens the model. Throws InvalidJobError if there is none, and InvalidModelError if its files are damaged. */
export async function openStartDirectory(directory: string): Promise<StartModel> {
  const found = await readModelDirectory(directory);
  if (found === null) throw refuseStart('startFrom', `there is no model in ${directory}`);
  return openStartModel(found.files.has(modelFileNames.card) ? found.files : await readForeignFiles(found));
}

/** A model of TensorFlow.js may have its weights in several files. */
async function readForeignFiles({ files, directory }: ModelDirectory): Promise<ModelFiles> {
  const names = listWeightFiles(readForeignModel(readModelJson(files)));
  const parts = await Promise.all(names.map(async (name) => await readWeights(join(directory, name))));
  return new Map([...files, [modelFileNames.weights, new Uint8Array(Buffer.concat(parts))]]);
}

async function readWeights(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new InvalidModelError(`the weights ${path} cannot be read`, { cause: error });
  }
}
