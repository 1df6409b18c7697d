// Reader of a model for its environment.
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { manifestName } from '../../shared/artifacts/manifest-name.ts';
import { requireMatchingFiles } from '../../shared/artifacts/require-matching-files.ts';
import { readModelDirectory, type ModelDirectory } from '../../shared/artifacts/read-model-directory.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { wrapEnvironment } from '../../shared/environments/wrappers/wrap-environment.ts';
import { findContradictions } from '../../shared/job/find-contradictions.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import type { ModelCard } from '../../shared/model-format/model-card.ts';
import { readCard, readParameters } from '../../shared/model-format/read-model.ts';
import { unzipModel } from '../../shared/model-format/unzip-model.ts';
import { createParameterLayout } from '../../shared/network/parameter-layout.ts';
import { describeNetwork } from '../../shared/algorithms/describe-network.ts';
import { ModelFilesError } from './model-files-error.ts';

export interface LoadedModel {
  readonly card: ModelCard;
  /** The environment, with the wrappers that the model was trained with. */
  readonly definition: EnvironmentDefinition;
  readonly parameters: Float32Array;
  /** What is wrong with each newer version that was skipped; usually empty. */
  readonly damages: readonly string[];
  /** Whether a manifest confirmed that the files are complete. Single downloaded files have no manifest. */
  readonly isChecked: boolean;
}

/** What the argument of a command that reads a model may be. */
export const modelArgument =
  'directory with model.json, weights.bin and model-card.json, or best.zip of a server';

/**
 * Finds the model in a directory, the best model in the output of a training run, or the model in a zip archive of a
 * server.
 */
export async function findModelFiles(path: string): Promise<ModelDirectory> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return await readModelArchive(path);
  const found = await readModelDirectory(path);
  if (found === null) throw new ModelFilesError(`there is no model in ${path}`);
  return found;
}

async function readModelArchive(path: string): Promise<ModelDirectory> {
  const files = new Map(await unzipModel(await readFile(path)));
  const isChecked = await requireMatchingFiles(files);
  files.delete(manifestName);
  return { files, directory: path, damages: [], isChecked, manifest: null };
}

/** Finds a model (see findModelFiles) and reads it. */
export async function loadModel(path: string, registry: EnvironmentRegistry): Promise<LoadedModel> {
  const { files, damages, isChecked } = await findModelFiles(path);
  const card = readCard(files);
  const environment = await registry.resolve(card.environment);
  requireTrainable(card, environment);
  const definition = wrapEnvironment(environment, card.spec.wrappers);
  const layout = createParameterLayout(describeNetwork(card.spec, definition));
  const parameters = readParameters(files, { spec: card.spec, definition, layout });
  return { card, definition, parameters, damages, isChecked };
}

/**
 * A model card may come from anywhere: a card that no job could have produced is refused, even if its files fit
 * together.
 */
function requireTrainable({ environment, spec }: ModelCard, bare: EnvironmentDefinition): void {
  if (spec.environment !== environment)
    throw new InvalidModelError(
      `the model card names ${environment}, but its job spec names ${spec.environment}`,
    );
  const [issue] = findContradictions(spec, bare);
  if (issue)
    throw new InvalidModelError(
      `the model card has a job spec that is not valid: ${issue.path}: ${issue.message}`,
    );
}

/** Warns on stderr that an older version is used than the newest, or that the files could not be checked. */
export function warnOfDamage({ damages, isChecked }: Pick<LoadedModel, 'damages' | 'isChecked'>): void {
  if (!isChecked) {
    console.error(
      `warning: the model has no ${manifestName}, so its files cannot be checked for damage; the server's zip archive contains one`,
    );
  }
  if (damages.length > 0)
    console.error(`warning: the newest model is damaged (${damages.join('; ')}); an older one is used`);
}
