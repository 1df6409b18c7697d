// Start model of a job: finds the model of another job, checks that its weights fit, and copies it, so that the other
// job can be deleted.
import { CorruptArtifactError } from '../../shared/artifacts/corrupt-artifact-error.ts';
import type { ArtifactAddress, ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { splitBytes } from '../../shared/artifacts/split-bytes.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { wrapEnvironment } from '../../shared/environments/wrappers/wrap-environment.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import type { JobRequest, JobSpec } from '../../shared/job/job-spec.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import type { ModelCard } from '../../shared/model-format/model-card.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { requireFinite } from '../../shared/model-format/place-model-weights.ts';
import { readCard, requireShape, type ModelFiles } from '../../shared/model-format/read-model.ts';
import { describeSpace } from '../../shared/model-format/space-description.ts';
import { createParameterLayout } from '../../shared/network/parameter-layout.ts';
import { describeNetwork } from '../../shared/algorithms/describe-network.ts';

export interface StartModel {
  readonly files: ModelFiles;
  readonly card: ModelCard;
}

/** Reads the model that a request names; throws InvalidJobError if there is none. */
export async function findStartModel(
  artifacts: Pick<ArtifactStore, 'read'>,
  { job, model = 'best' }: { readonly job: string; readonly model?: ModelName | undefined },
  isJob: (id: JobId) => boolean,
): Promise<StartModel> {
  const id = jobIdSchema.safeParse(job);
  if (!id.success || !isJob(id.data)) throw refuse('startFrom.job', `there is no job ${JSON.stringify(job)}`);
  const files = await readModelFiles(artifacts, { jobId: id.data, name: model });
  if (files === null) throw refuse('startFrom.model', `this job has no ${model} model`);
  return { files, card: readCard(files) };
}

async function readModelFiles(
  artifacts: Pick<ArtifactStore, 'read'>,
  address: ArtifactAddress,
): Promise<ModelFiles | null> {
  try {
    return (await artifacts.read(address))?.files ?? null;
  } catch (error) {
    if (error instanceof CorruptArtifactError) throw refuse('startFrom.model', 'this model is damaged');
    throw error;
  }
}

/** Completes the request with the model's fields that shape the network. */
export function inheritShape(request: JobRequest, { spec }: ModelCard): JobRequest {
  const { algorithm, network, policy, normalizeObservations, normalizeRewards, wrappers } = spec;
  const inherited = { algorithm, network, policy, normalizeObservations, normalizeRewards };
  return {
    ...inherited,
    ...request,
    network: { ...network, ...request.network },
    wrappers: { ...wrappers, ...request.wrappers },
  };
}

/** Throws InvalidJobError unless a job of this spec can start with the model's weights. */
export async function requireFit(
  { files, card }: StartModel,
  spec: JobSpec,
  environment: EnvironmentDefinition,
): Promise<void> {
  const definition = wrapEnvironment(environment, spec.wrappers);
  const spaces = [
    ['observation space', card.observationSpace, describeSpace(definition.observationSpace)],
    ['action space', card.actionSpace, describeSpace(definition.actionSpace)],
  ] as const;
  for (const [name, found, wanted] of spaces) {
    if (JSON.stringify(found) === JSON.stringify(wanted)) continue;
    throw refuse(
      'startFrom',
      `the model has the ${name} ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`,
    );
  }
  const layout = createParameterLayout(describeNetwork(spec, definition));
  try {
    requireShape(files, { spec, definition, layout });
    await requireFiniteWeights(files);
  } catch (error) {
    if (error instanceof AppError) throw refuse('startFrom', `the networks do not fit: ${error.message}`);
    throw error;
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

function refuse(path: string, message: string): InvalidJobError {
  return new InvalidJobError([{ path, message }]);
}
