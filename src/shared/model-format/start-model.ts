// Start model of a job: what the job takes over from it, and whether its weights fit.
import { describeNetwork } from '../algorithms/describe-network.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import { AppError } from '../errors/app-error.ts';
import type { JobRequest, JobSpec } from '../job/job-spec.ts';
import { InvalidJobError } from '../job/resolve-job-spec.ts';
import { createParameterLayout } from '../network/parameter-layout.ts';
import type { ModelCard } from './model-card.ts';
import { requireShape, type ModelFiles } from './read-model.ts';
import { describeSpace } from './space-description.ts';

export interface StartModel {
  readonly files: ModelFiles;
  readonly card: ModelCard;
}

/** Completes the request with the model's fields that shape the network. */
export function inheritShape(request: JobRequest, { spec }: ModelCard): JobRequest {
  const { algorithm, network, policy, normalizeObservations, normalizeRewards, wrappers } = spec;
  const inherited = { algorithm, network, policy, normalizeObservations, normalizeRewards };
  return {
    ...inherited,
    ...request,
    network: { ...network, ...request.network },
    wrappers: { ...wrappers, ...request.wrappers },
  };
}

/** Throws InvalidJobError unless a job of this spec can start with a model of this shape. Reads no weights. */
export function requireFit(
  { files, card }: StartModel,
  spec: JobSpec,
  environment: EnvironmentDefinition,
): void {
  const definition = wrapEnvironment(environment, spec.wrappers);
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
  const layout = createParameterLayout(describeNetwork(spec, definition));
  try {
    requireShape(files, { spec, definition, layout });
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
