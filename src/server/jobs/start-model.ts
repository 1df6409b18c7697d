// Start model of a job: finds the model of another job or of an upload, checks that its weights fit, and copies it, so
// that the other job can be deleted.
import { CorruptArtifactError } from '../../shared/artifacts/corrupt-artifact-error.ts';
import type { ArtifactAddress, ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { splitBytes } from '../../shared/artifacts/split-bytes.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import type { JobRequest, JobSpec } from '../../shared/job/job-spec.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { requireFinite } from '../../shared/model-format/place-model-weights.ts';
import type { ModelFiles } from '../../shared/model-format/read-model.ts';
import {
  describeMisfit,
  openStartModel,
  refuseStart,
  type StartModel,
} from '../../shared/model-format/start-model.ts';
import { writeStored } from '../store/storage-unavailable-error.ts';
import type { Store } from '../store/store.ts';
import { openUploadedModel, type UploadedModel } from './uploaded-model.ts';

interface Start {
  /** The request, completed with what the model says about its network. */
  readonly request: JobRequest;
  readonly model: StartModel | null;
}

/** Opens the model that a request starts from. Throws InvalidJobError if there is none, or a damaged one. */
export async function openStart(
  given: JobRequest,
  upload: UploadedModel | null,
  { artifacts, jobs }: Pick<Store, 'artifacts' | 'jobs'>,
): Promise<Start> {
  const { startFrom } = given;
  if (upload) {
    requireSameUpload(startFrom, upload);
    const model = await openUploadedModel(upload);
    return { request: { ...model.inherit(given), startFrom: { upload: upload.sha256 } }, model };
  }
  if (!startFrom) return { request: given, model: null };
  if ('upload' in startFrom)
    throw refuseStart(
      'startFrom.upload',
      'the archive must come with the request: post a form with the part `model`',
    );
  const model = await findStartModel(artifacts, startFrom, (id) => jobs.find(id) !== null);
  return { request: model.inherit(given), model };
}

/** The spec of an earlier job may be posted again with the same archive. */
function requireSameUpload(startFrom: JobRequest['startFrom'], { sha256 }: UploadedModel): void {
  if (!startFrom) return;
  if (!('upload' in startFrom))
    throw refuseStart('startFrom', 'a job starts from another job or from an uploaded model, not from both');
  if (startFrom.upload !== sha256)
    throw refuseStart('startFrom.upload', `the uploaded archive has the SHA-256 ${sha256}`);
}

/** Reads the model of another job; throws InvalidJobError if there is none. */
async function findStartModel(
  artifacts: Pick<ArtifactStore, 'read'>,
  { job, model = 'best' }: { readonly job: string; readonly model?: ModelName | undefined },
  isJob: (id: JobId) => boolean,
): Promise<StartModel> {
  const id = jobIdSchema.safeParse(job);
  if (!id.success || !isJob(id.data))
    throw refuseStart('startFrom.job', `there is no job ${JSON.stringify(job)}`);
  const files = await readModelFiles(artifacts, { jobId: id.data, name: model });
  if (files === null) throw refuseStart('startFrom.model', `this job has no ${model} model`);
  return openStartModel(files);
}

async function readModelFiles(
  artifacts: Pick<ArtifactStore, 'read'>,
  address: ArtifactAddress,
): Promise<ModelFiles | null> {
  try {
    return (await artifacts.read(address))?.files ?? null;
  } catch (error) {
    if (error instanceof CorruptArtifactError) throw refuseStart('startFrom.model', 'this model is damaged');
    throw error;
  }
}

/** Throws InvalidJobError unless a job of this spec can start with the model's weights. */
export async function requireFittingWeights(
  model: StartModel,
  spec: JobSpec,
  environment: EnvironmentDefinition,
): Promise<void> {
  model.requireFit(spec, environment);
  try {
    await requireFiniteWeights(model.files);
  } catch (error) {
    throw describeMisfit(error);
  }
}

async function requireFiniteWeights(files: ModelFiles): Promise<void> {
  const weights = files.get(modelFileNames.weights) ?? new Uint8Array();
  for await (const piece of splitBytes(weights)) {
    // Copied, because a Float32Array must start at a multiple of 4.
    requireFinite(new Float32Array(new Uint8Array(piece).buffer));
  }
}

/** Copies the model to the job that starts from it. Throws StorageUnavailableError if the disk fails. */
export async function keepStartModel(
  artifacts: Pick<ArtifactStore, 'write'>,
  jobId: JobId,
  { files }: StartModel,
): Promise<void> {
  await writeStored(() => artifacts.write({ jobId, name: 'start' }, files));
}
