// Inspection of the topology in a request, in a thread of its own: a model may take long to build, or too much memory.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { errorRecordSchema } from '../errors/error-record-schema.ts';
import { topologyDescriptionSchema, type TopologyDescription } from '../network/topology-description.ts';
import { resolveEntry } from '../program-files/resolve-entry.ts';
import type { JobRequest } from './job-spec.ts';
import { InvalidJobError } from './resolve-job-spec.ts';

const inspectionLimitMs = 30_000;
const memoryMegabytes = 512;

const answerSchema = z.object({
  description: topologyDescriptionSchema.nullable(),
  error: errorRecordSchema.nullable(),
});

/** Describes the topology of the request's network, if it has one. Throws InvalidJobError if it is not valid. */
export async function inspectNetwork(request: JobRequest): Promise<JobRequest> {
  const { network } = request;
  if (network === undefined) return request;
  const { modelTopology, topology: _given, ...others } = network;
  if (modelTopology === undefined) return { ...request, network: others };
  const topology = await inspectInThread(modelTopology);
  return { ...request, network: { ...others, modelTopology, topology } };
}

async function inspectInThread(modelTopology: object): Promise<TopologyDescription> {
  const thread = new Worker(resolveEntry('./inspect-topology-task', import.meta.url), {
    workerData: modelTopology,
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
  });
  try {
    const answers = z.tuple([answerSchema]);
    const signal = AbortSignal.timeout(inspectionLimitMs);
    const [{ description, error }] = answers.parse(await once(thread, 'message', { signal }));
    if (description) return description;
    throw new InvalidJobError([{ path, message: error?.message ?? 'cannot be inspected' }]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error && error.name === 'AbortError' ? 'it took too long' : String(error);
    throw new InvalidJobError([{ path, message: `the model could not be inspected: ${reason}` }]);
  } finally {
    await thread.terminate();
  }
}

const path = 'network.modelTopology';
