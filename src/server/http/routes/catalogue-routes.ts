// Routes of environments and presets.
import { environmentListSchema, presetListSchema } from '../../../shared/api/catalogue.ts';
import { summarizeEnvironment } from '../../../shared/api/summarize-environment.ts';
import { presets } from '../../../shared/job/presets.ts';
import type { App, Services } from '../services.ts';

const tags = ['catalogue'];

export function registerCatalogueRoutes(app: App, { environments }: Services): void {
  app.get('/environments', {
    schema: {
      tags,
      summary: 'List the environments',
      response: { 200: environmentListSchema },
    },
    handler: () => ({ data: environments.list().map(summarizeEnvironment) }),
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
