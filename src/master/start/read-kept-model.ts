// The model that was kept for a job when it was posted, and that it starts from.
import type { ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import { openStartModel, type StartParameters } from '../../shared/model-format/start-model.ts';

export interface StartingJob {
  readonly jobId: string;
  readonly spec: JobSpec;
  /** Without the wrappers of the spec. */
  readonly environment: EnvironmentDefinition;
}

/** Reads the weights; throws an AppError if they are missing, damaged or of another shape. */
export async function readKeptModel(
  artifacts: Pick<ArtifactStore, 'read'>,
  { jobId, spec, environment }: StartingJob,
): Promise<StartParameters> {
  const artifact = await artifacts.read({ jobId, name: 'start' });
  if (artifact === null) throw new InvalidModelError('the weights that this job starts from are missing');
  return openStartModel(artifact.files).read(spec, environment);
}
