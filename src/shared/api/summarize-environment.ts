// What the API and the command line say of an environment.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { describeSpace } from '../model-format/space-description.ts';
import type { EnvironmentSummary } from './catalogue.ts';

export function summarizeEnvironment(definition: EnvironmentDefinition): EnvironmentSummary {
  const { id, description, observationSpace, actionSpace, maxEpisodeSteps, rewardThreshold, hasActionMask } =
    definition;
  return {
    id,
    description,
    observationSpace: describeSpace(observationSpace),
    actionSpace: describeSpace(actionSpace),
    maxEpisodeSteps,
    rewardThreshold,
    hasActionMask,
  };
}
