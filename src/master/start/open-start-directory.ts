// Start of a run from a model in a directory: one of this project, or any layers model of TensorFlow.js.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeNetwork } from '../../shared/algorithms/describe-network.ts';
import { readModelDirectory, type ModelDirectory } from '../../shared/artifacts/read-model-directory.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { wrapEnvironment } from '../../shared/environments/wrappers/wrap-environment.ts';
import type { JobRequest, JobSpec } from '../../shared/job/job-spec.ts';
import type { LayersModelShape } from '../../shared/model-format/describe-layers-topology.ts';
import {
  inheritTopology,
  listWeightFiles,
  readForeignModel,
  readForeignParameters,
} from '../../shared/model-format/foreign-model.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { parseModelFile, readCard, readParameters } from '../../shared/model-format/read-model.ts';
import {
  describeMisfit,
  inheritShape,
  refuseStart,
  requireFit,
} from '../../shared/model-format/start-model.ts';
import { initializeParameters } from '../../shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../../shared/network/parameter-layout.ts';
import { Random } from '../../shared/random/random.ts';
import type { StartParameters } from './start-model.ts';

export interface StartDirectory {
  /** Completes a request with what the model says about its network. */
  readonly inherit: (request: JobRequest) => JobRequest;
  /** Reads the weights for a job of this spec; throws InvalidJobError if they do not fit. The environment is bare. */
  readonly read: (spec: JobSpec, environment: EnvironmentDefinition) => StartParameters;
}

/** Opens the model. Throws InvalidJobError if there is none, and InvalidModelError if its files are damaged. */
export async function openStartDirectory(directory: string): Promise<StartDirectory> {
  const found = await readModelDirectory(directory);
  if (found === null) throw refuseStart('startFrom', `there is no model in ${directory}`);
  return found.files.has(modelFileNames.card) ? openOwn(found) : await openForeign(found);
}

function openOwn({ files }: ModelDirectory): StartDirectory {
  const card = readCard(files);
  return {
    inherit: (request) => inheritShape(request, card),
    read: (spec, environment) => {
      requireFit({ files, card }, spec, environment);
      return fit(() => ({
        parameters: readParameters(files, describeShape(spec, environment)),
        steps: card.scores.steps,
      }));
    },
  };
}

async function openForeign({ files, directory }: ModelDirectory): Promise<StartDirectory> {
  const model = readForeignModel(parseModelFile(files, modelFileNames.model));
  const parts = await Promise.all(
    listWeightFiles(model).map(async (name) => await readWeights(join(directory, name))),
  );
  const weights = new Uint8Array(Buffer.concat(parts));
  return {
    inherit: (request) => inheritTopology(request, model),
    read: (spec, environment) => {
      const shape = describeShape(spec, environment);
      const random = Random.fromSeed(spec.seed);
      const initial = initializeParameters(shape.layout, spec.network.initialization, random);
      return fit(() => ({ parameters: readForeignParameters({ model, weights }, shape, initial), steps: 0 }));
    },
  };
}

async function readWeights(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new InvalidModelError(`the weights ${path} cannot be read`, { cause: error });
  }
}

function fit<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw describeMisfit(error);
  }
}

function describeShape(spec: JobSpec, environment: EnvironmentDefinition): LayersModelShape {
  const definition = wrapEnvironment(environment, spec.wrappers);
  return { spec, definition, layout: createParameterLayout(describeNetwork(spec, definition)) };
}
