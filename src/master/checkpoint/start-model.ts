// The weights that a job begins with when it starts from another job's model.
import type { ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import type { LayersModelShape } from '../../shared/model-format/create-layers-model.ts';
import { readCard, readParameters } from '../../shared/model-format/read-model.ts';

export interface StartParameters {
  readonly parameters: Float32Array;
  /** Steps that these were trained with: how much the statistics of normalization among them weigh. */
  readonly steps: number;
}

/** Reads them; throws an AppError where they are gone, damaged or of another shape. */
export async function readStartModel(
  artifacts: Pick<ArtifactStore, 'read'>,
  jobId: string,
  shape: LayersModelShape,
): Promise<StartParameters> {
  const artifact = await artifacts.read({ jobId, name: 'start' });
  if (artifact === null) throw new InvalidModelError('the weights that this job starts from are gone');
  const { files } = artifact;
  return { parameters: readParameters(files, shape), steps: readCard(files).scores.steps };
}
