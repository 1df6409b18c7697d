// Routes of trained models: files that tf.loadLayersModel opens, one archive, and files in other formats.
import { z } from 'zod';
import { modelNames, type ModelName } from '../../../shared/job/model-name.ts';
import { modelFileNames } from '../../../shared/model-format/model-files.ts';
import { exportFormats, type ExportFormat } from '../../../shared/onnx/export-formats.ts';
import { ModelNotReadyError } from '../../jobs/job-errors.ts';
import type { HttpLimits } from '../limits.ts';
import { convertModel } from '../models/converted-model.ts';
import { createArchiveBody, createFileBody } from '../models/model-body.ts';
import { ModelDownloads } from '../models/model-downloads.ts';
import { ModelReader } from '../models/model-reader.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';

const servedFiles = [
  { name: modelFileNames.model, type: 'application/json; charset=utf-8', summary: 'topology' },
  { name: modelFileNames.weights, type: 'application/octet-stream', summary: 'weights' },
  { name: modelFileNames.card, type: 'application/json; charset=utf-8', summary: 'spec, scores and spaces' },
] as const;

/** Registers the routes below the address of a job's models. */
export function registerModelRoutes(app: App, { jobs, store, log }: Services, limits: HttpLimits): void {
  const services = {
    jobs,
    reader: new ModelReader(store.artifacts, log),
    downloads: new ModelDownloads(limits),
  };
  for (const model of modelNames) {
    for (const file of servedFiles) registerFileRoute(app, services, { model, ...file });
    registerArchiveRoute(app, services, model);
    for (const format of exportFormats) registerFormatRoute(app, services, { model, format });
  }
}

interface ModelServices extends Pick<Services, 'jobs'> {
  readonly reader: ModelReader;
  readonly downloads: ModelDownloads;
}

interface ServedFile {
  readonly model: ModelName;
  readonly name: string;
  readonly type: string;
  readonly summary: string;
}

function registerFileRoute(
  app: App,
  { jobs, reader, downloads }: ModelServices,
  { model, name, type, summary }: ServedFile,
): void {
  app.get(`/${model}/${name}`, {
    schema: createSchema(`${model}/${name}`, `The ${model} model: ${summary}`, type),
    handler: async (request, reply) => {
      const { id } = jobs.get(parseJobId(request.params));
      const open = () => reader.open({ jobId: id, model }, name);
      return await downloads.answer({ request, reply }, open, (opened) => {
        const body = createFileBody(opened, name);
        if (body === null) throw new ModelNotReadyError(model);
        return { body, type };
      });
    },
  });
}

function registerArchiveRoute(app: App, { jobs, reader, downloads }: ModelServices, model: ModelName): void {
  app.get(`/${model}.zip`, {
    schema: createSchema(
      `${model}.zip`,
      `The ${model} model in one archive, with the checksums of its files`,
      'application/zip',
    ),
    handler: async (request, reply) => {
      const { id } = jobs.get(parseJobId(request.params));
      const open = () => reader.open({ jobId: id, model }, null);
      return await downloads.answer({ request, reply }, open, (opened) => {
        reply.header('content-disposition', `attachment; filename="${id}-${model}.zip"`);
        return { body: createArchiveBody(opened), type: 'application/zip' };
      });
    },
  });
}

const formatSummaries: Readonly<Record<ExportFormat, string>> = {
  onnx: 'as ONNX: raw observations in, policy and value out',
  safetensors: 'as safetensors: all weights and policy parameters by name',
};

function registerFormatRoute(
  app: App,
  { jobs, reader, downloads }: ModelServices,
  { model, format }: { readonly model: ModelName; readonly format: ExportFormat },
): void {
  const type = 'application/octet-stream';
  app.get(`/${model}.${format}`, {
    schema: createSchema(`${model}.${format}`, `The ${model} model ${formatSummaries[format]}`, type),
    handler: async (request, reply) => {
      const { id } = jobs.get(parseJobId(request.params));
      const open = () => reader.open({ jobId: id, model }, null);
      return await downloads.answer({ request, reply }, open, async (opened) => {
        const body = await convertModel(opened, format);
        reply.header('content-disposition', `attachment; filename="${id}-${model}.${format}"`);
        return { body, type };
      });
    },
  });
}

function createSchema(file: string, summary: string, type: string) {
  const contentType = type.split(';', 1)[0] ?? type;
  return {
    operationId: `download${toCapitals(file)}`,
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

/** `best/model-card.json` → `BestModelCardJson` */
function toCapitals(file: string): string {
  const words = file.split(/[/.-]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
