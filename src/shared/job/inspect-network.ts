// Inspection of the topology in a request, in a thread of its own: a model may take long to build, or too much memory.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { errorRecordSchema } from '../errors/error-record-schema.ts';
import { modelDescriptionSchema, type ModelDescription } from '../network/model-description.ts';
import { resolveEntry } from '../program-files/resolve-entry.ts';
import { unwrapKeras } from '../topology/unwrap-keras.ts';
import type { JobRequest } from './job-spec.ts';
import { InvalidJobError } from './resolve-job-spec.ts';

const inspectionLimitMs = 10_000;
const memoryMegabytes = 512;

const answerSchema = z.object({
  description: modelDescriptionSchema.nullable(),
  error: errorRecordSchema.nullable(),
});

/** Describes the topology of the request's network, if it has one. Throws InvalidJobError if it is not valid. */
export async function inspectNetwork(request: JobRequest): Promise<JobRequest> {
  const { network } = request;
  if (network === undefined) return request;
  const { modelTopology, modelDescription: _given, ...others } = network;
  if (modelTopology === undefined) return { ...request, network: others };
  const topology = unwrapKeras(modelTopology);
  const modelDescription = await inspectAlone(topology);
  return { ...request, network: { ...others, modelTopology: topology, modelDescription } };
}

let inspected: Promise<unknown> = Promise.resolve();

/** Inspects one model at a time, so that many requests do not take the cores and the memory of the server. */
async function inspectAlone(modelTopology: object): Promise<ModelDescription> {
  const inspection = inspected.then(async () => await inspectInThread(modelTopology));
  inspected = inspection.catch(() => undefined);
  return await inspection;
}

async function inspectInThread(modelTopology: object): Promise<ModelDescription> {
  let thread: Worker | null = null;
  try {
    // Throws for data that is nested too deeply.
    thread = new Worker(resolveEntry('./inspect-topology-task', import.meta.url), {
      workerData: modelTopology,
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
    });
    // An error after the timeout has no other listener.
    thread.on('error', () => undefined);
    const answers = z.tuple([answerSchema]);
    const signal = AbortSignal.timeout(inspectionLimitMs);
    const [{ description, error }] = answers.parse(await once(thread, 'message', { signal }));
    if (description) return description;
    throw new InvalidJobError([{ path, message: error?.message ?? 'the model could not be inspected' }]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error && error.name === 'AbortError' ? 'it took too long' : String(error);
    throw new InvalidJobError([{ path, message: `the model could not be inspected: ${reason}` }]);
  } finally {
    await thread?.terminate();
  }
}

const path = 'network.modelTopology';
