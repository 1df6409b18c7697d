// Reader of a model on this machine's disk; only for Node.
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readModelDirectory } from '../../shared/artifacts/read-model-directory.ts';
import type { ModelFiles } from '../../shared/model-format/read-model.ts';
import { ModelUnavailableError } from '../policy-errors.ts';
import { unzipModel } from '../../shared/model-format/unzip-model.ts';

/**
 * Reads a model's directory, the output directory of a training run (its best model), or a zip archive. Returns null
 * if the source is an address of the web.
 */
export function readLocalModel(source: string): Promise<ModelFiles> | null {
  if (source.startsWith('file:')) return readPath(fileURLToPath(source));
  return /^[a-z][a-z0-9+.-]+:/i.test(source) ? null : readPath(source);
}

async function readPath(path: string): Promise<ModelFiles> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return await unzipModel(await readFile(path));
  const found = await readModelDirectory(path);
  if (found === null)
    throw new ModelUnavailableError(
      `there is no model in ${path}: pass a directory with model.json, weights.bin and model-card.json, or best.zip of a server`,
    );
  return found.files;
}
