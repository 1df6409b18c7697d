// Trained models, as files that tf.loadLayersModel opens and as one archive.
import { z } from 'zod';
import { modelNames, type ModelName } from '../../../shared/job/model-name.ts';
import { modelFileNames } from '../../../shared/model-format/model-files.ts';
import { ModelReader, sendModelFile } from '../model-files.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';

const servedFiles = [
  { name: modelFileNames.model, type: 'application/json; charset=utf-8', summary: 'topology' },
  { name: modelFileNames.weights, type: 'application/octet-stream', summary: 'weights' },
  { name: modelFileNames.card, type: 'application/json; charset=utf-8', summary: 'spec, scores and spaces' },
] as const;

/** Registers the routes below the address of a job's models. */
export function registerModelRoutes(app: App, services: Services): void {
  const reader = new ModelReader(services.store.directory, services.log);
  for (const model of modelNames) {
    for (const file of servedFiles) registerFileRoute(app, { ...services, reader }, { model, ...file });
    registerArchiveRoute(app, { ...services, reader }, model);
  }
}

interface ModelServices extends Pick<Services, 'jobs'> {
  readonly reader: ModelReader;
}

interface ServedFile {
  readonly model: ModelName;
  readonly name: string;
  readonly type: string;
  readonly summary: string;
}

function registerFileRoute(
  app: App,
  { jobs, reader }: ModelServices,
  { model, name, type, summary }: ServedFile,
): void {
  app.get(`/${model}/${name}`, {
    schema: createSchema(`The ${model} model: ${summary}`, type),
    handler: async (request, reply) => {
      const { id } = jobs.get(parseJobId(request.params));
      const file = await reader.readFile({ jobId: id, model }, name);
      return sendModelFile(request, reply, { file, type });
    },
  });
}

function registerArchiveRoute(app: App, { jobs, reader }: ModelServices, model: ModelName): void {
  app.get(`/${model}.zip`, {
    schema: createSchema(`The ${model} model in one archive`, 'application/zip'),
    handler: async (request, reply) => {
      const { id } = jobs.get(parseJobId(request.params));
      const file = await reader.readArchive({ jobId: id, model });
      reply.header('content-disposition', `attachment; filename="${id}-${model}.zip"`);
      return sendModelFile(request, reply, { file, type: 'application/zip' });
    },
  });
}

function createSchema(summary: string, type: string) {
  const contentType = type.split(';', 1)[0] ?? type;
  return {
    tags: ['models'],
    summary,
    params: jobParametersSchema,
    response: {
      200: {
        description: 'The file',
        content: { [contentType]: { schema: z.string().meta({ format: 'binary' }) } },
      },
      ...problemResponses,
    },
  };
}
