// Start model of a job: finds the model of another job, checks that its weights fit, and copies it, so that the other
// job can be deleted.
import { CorruptArtifactError } from '../../shared/artifacts/corrupt-artifact-error.ts';
import type { ArtifactAddress, ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { splitBytes } from '../../shared/artifacts/split-bytes.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { requireFinite } from '../../shared/model-format/place-model-weights.ts';
import { readCard, type ModelFiles } from '../../shared/model-format/read-model.ts';
import {
  describeMisfit,
  refuseStart,
  requireFit,
  type StartModel,
} from '../../shared/model-format/start-model.ts';

/** Reads the model that a request names; throws InvalidJobError if there is none. */
export async function findStartModel(
  artifacts: Pick<ArtifactStore, 'read'>,
  { job, model = 'best' }: { readonly job: string; readonly model?: ModelName | undefined },
  isJob: (id: JobId) => boolean,
): Promise<StartModel> {
  const id = jobIdSchema.safeParse(job);
  if (!id.success || !isJob(id.data))
    throw refuseStart('startFrom.job', `there is no job ${JSON.stringify(job)}`);
  const files = await readModelFiles(artifacts, { jobId: id.data, name: model });
  if (files === null) throw refuseStart('startFrom.model', `this job has no ${model} model`);
  return { files, card: readCard(files) };
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
  requireFit(model, spec, environment);
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

/** Copies the model to the job that starts from it. */
export async function keepStartModel(
  artifacts: Pick<ArtifactStore, 'write'>,
  jobId: JobId,
  { files }: StartModel,
): Promise<void> {
  await artifacts.write({ jobId, name: 'start' }, files);
}
