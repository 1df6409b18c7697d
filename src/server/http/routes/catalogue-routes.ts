// Routes of environments and presets.
import {
  environmentListSchema,
  presetListSchema,
  type EnvironmentSummary,
} from '../../../shared/api/catalogue.ts';
import type { EnvironmentDefinition } from '../../../shared/environments/environment.ts';
import { presets } from '../../../shared/job/presets.ts';
import { describeSpace } from '../../../shared/model-format/space-description.ts';
import type { App, Services } from '../services.ts';

const tags = ['catalogue'];

export function registerCatalogueRoutes(app: App, { environments }: Services): void {
  app.get('/environments', {
    schema: {
      tags,
      summary: 'List the environments',
      response: { 200: environmentListSchema },
    },
    handler: () => ({ data: environments.list().map(describeEnvironment) }),
  });

  app.get('/presets', {
    schema: {
      tags,
      summary: 'Tuned settings',
      description: 'Settings that a request leaves out come from the preset of its environment.',
      response: { 200: presetListSchema },
    },
    handler: () => ({
      data: presets.map(({ settings, ...preset }) => ({ ...preset, settings: { ...settings } })),
    }),
  });
}

function describeEnvironment(definition: EnvironmentDefinition): EnvironmentSummary {
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
