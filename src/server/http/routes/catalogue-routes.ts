// What can be trained, and how it is tuned.
import { z } from 'zod';
import type { EnvironmentDefinition } from '../../../shared/environments/environment.ts';
import { presets } from '../../../shared/job/presets.ts';
import { algorithmSchema } from '../../../shared/job/job-spec.ts';
import { describeSpace, spaceDescriptionSchema } from '../../../shared/model-format/space-description.ts';
import type { App, Services } from '../services.ts';

const environmentSchema = z.object({
  id: z.string(),
  description: z.string(),
  observationSpace: spaceDescriptionSchema,
  actionSpace: spaceDescriptionSchema,
  maxEpisodeSteps: z.int().nullable().describe('Steps after which an episode is truncated'),
  rewardThreshold: z.number().nullable().describe('Mean return from which it counts as solved'),
  hasActionMask: z.boolean(),
});

const presetSchema = z.object({
  environment: z.string(),
  algorithm: algorithmSchema,
  description: z.string(),
  settings: z.record(z.string(), z.unknown()).describe('Fields of a job that the preset fills in'),
});

const tags = ['catalogue'];

export function registerCatalogueRoutes(app: App, { environments }: Services): void {
  app.get('/environments', {
    schema: {
      tags,
      summary: 'What can be trained',
      response: { 200: z.object({ data: z.array(environmentSchema) }) },
    },
    handler: () => ({ data: environments.list().map(describeEnvironment) }),
  });

  app.get('/presets', {
    schema: {
      tags,
      summary: 'Tuned settings',
      description: 'A job takes what it does not say from the preset of its environment.',
      response: { 200: z.object({ data: z.array(presetSchema) }) },
    },
    handler: () => ({
      data: presets.map(({ settings, ...preset }) => ({ ...preset, settings: { ...settings } })),
    }),
  });
}

function describeEnvironment(definition: EnvironmentDefinition): z.infer<typeof environmentSchema> {
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
