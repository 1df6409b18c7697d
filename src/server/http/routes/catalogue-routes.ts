// Routes of environments and presets.
import { environmentListSchema, presetListSchema } from '../../../shared/api/catalogue.ts';
import { summarizeEnvironment } from '../../../shared/api/summarize-environment.ts';
import { presets } from '../../../shared/job/presets.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';

const tags = ['catalogue'];

export function registerCatalogueRoutes(app: App, { environments, remoteEnvironments }: Services): void {
  app.get('/environments', {
    schema: {
      operationId: 'listEnvironments',
      tags,
      summary: 'List the environments',
      description:
        "Those of this package, those of the server's own environment modules, and those that peers have declared.",
      response: {
        200: environmentListSchema.describe('All environments, with their spaces'),
        ...problemResponses,
      },
    },
    handler: () => ({
      data: [
        ...environments.list().map(summarizeEnvironment),
        ...remoteEnvironments
          .list()
          .map(({ definition, peers }) => ({ ...summarizeEnvironment(definition), peers })),
      ],
    }),
  });

  app.get('/presets', {
    schema: {
      operationId: 'listPresets',
      tags,
      summary: 'List the tuned settings',
      description: 'Settings that a request leaves out come from the preset of its environment.',
      response: { 200: presetListSchema.describe('All presets'), ...problemResponses },
    },
    handler: () => ({
      data: presets.map(({ settings, ...preset }) => ({ ...preset, settings: { ...settings } })),
    }),
  });
}
