// Model that a job starts from: one of this project, or any layers model of TensorFlow.js. It tells what the job takes
// over, whether its weights fit, and what they are.
import { describeNetwork } from '../algorithms/describe-network.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import { AppError } from '../errors/app-error.ts';
import type { JobRequest, JobSpec } from '../job/job-spec.ts';
import { InvalidJobError } from '../job/resolve-job-spec.ts';
import { initializeParameters } from '../network/initialize-parameters.ts';
import { createParameterLayout } from '../network/parameter-layout.ts';
import { Random } from '../random/random.ts';
import type { LayersModelShape } from './describe-layers-topology.ts';
import {
  inheritTopology,
  readForeignModel,
  readForeignParameters,
  requireForeignShape,
} from './foreign-model.ts';
import type { ModelCard } from './model-card.ts';
import { modelFileNames } from './model-files.ts';
import {
  getModelFile,
  readCard,
  readModelJson,
  readParameters,
  requireShape,
  type ModelFiles,
} from './read-model.ts';
import { describeSpace } from './space-description.ts';

/** Environments are bare: without the wrappers of the spec. */
export interface StartModel {
  readonly files: ModelFiles;
  /** Completes a request with what the model says about its network. */
  readonly inherit: (request: JobRequest) => JobRequest;
  /** Throws InvalidJobError unless a job of this spec can start with a model of this shape. Reads no weights. */
  readonly requireFit: (spec: JobSpec, environment: EnvironmentDefinition) => void;
  /** Reads the weights for a job of this spec; throws InvalidJobError if they do not fit. */
  readonly read: (spec: JobSpec, environment: EnvironmentDefinition) => StartParameters;
}

export interface StartParameters {
  readonly parameters: Float32Array;
  /** Number of steps they were trained with: the weight of their normalization statistics. */
  readonly steps: number;
}

/**
 * Opens a model from its files: model.json, weights.bin, and the card if it is one of this project. Throws
 * InvalidModelError if a file is damaged.
 */
export function openStartModel(files: ModelFiles): StartModel {
  return files.has(modelFileNames.card) ? openOwn(files) : openForeign(files);
}

function openOwn(files: ModelFiles): StartModel {
  const card = readCard(files);
  const requireFit: StartModel['requireFit'] = (spec, environment) => {
    const shape = describeShape(spec, environment);
    requireSpaces(card, shape.definition);
    fit(() => {
      requireShape(files, shape);
    });
  };
  return {
    files,
    inherit: (request) => inheritShape(request, card),
    requireFit,
    read: (spec, environment) => {
      requireFit(spec, environment);
      const parameters = fit(() => readParameters(files, describeShape(spec, environment)));
      return { parameters, steps: card.scores.steps };
    },
  };
}

function openForeign(files: ModelFiles): StartModel {
  const model = readForeignModel(readModelJson(files));
  const weights = getModelFile(files, modelFileNames.weights);
  return {
    files,
    inherit: (request) => inheritTopology(request, model),
    requireFit: (spec, environment) => {
      fit(() => {
        requireForeignShape({ model, weights }, describeShape(spec, environment));
      });
    },
    read: (spec, environment) => {
      const shape = describeShape(spec, environment);
      const random = Random.fromSeed(spec.seed);
      const initial = initializeParameters(shape.layout, spec.network.initialization, random);
      return { parameters: fit(() => readForeignParameters({ model, weights }, shape, initial)), steps: 0 };
    },
  };
}

function inheritShape(request: JobRequest, { spec }: ModelCard): JobRequest {
  const { algorithm, network, policy, normalizeObservations, normalizeRewards, wrappers } = spec;
  const inherited = { algorithm, network, policy, normalizeObservations, normalizeRewards };
  return {
    ...inherited,
    ...request,
    network: { ...network, ...request.network },
    wrappers: { ...wrappers, ...request.wrappers },
  };
}

function requireSpaces(card: ModelCard, definition: EnvironmentDefinition): void {
  const spaces = [
    ['observation space', card.observationSpace, describeSpace(definition.observationSpace)],
    ['action space', card.actionSpace, describeSpace(definition.actionSpace)],
  ] as const;
  for (const [name, found, wanted] of spaces) {
    if (JSON.stringify(found) === JSON.stringify(wanted)) continue;
    throw refuseStart(
      'startFrom',
      `the model has the ${name} ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`,
    );
  }
}

interface StartShape extends LayersModelShape {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
}

function describeShape(spec: JobSpec, environment: EnvironmentDefinition): StartShape {
  const definition = wrapEnvironment(environment, spec.wrappers);
  return { spec, definition, layout: createParameterLayout(describeNetwork(spec, definition)) };
}

function fit<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw describeMisfit(error);
  }
}

/** The error of a job whose network does not fit its start model. Other errors stay as they are. */
export function describeMisfit(error: unknown): unknown {
  return error instanceof AppError
    ? refuseStart('startFrom', `the networks do not fit: ${error.message}`)
    : error;
}

export function refuseStart(path: string, message: string): InvalidJobError {
  return new InvalidJobError([{ path, message }]);
}
