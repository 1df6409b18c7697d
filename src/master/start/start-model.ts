// Start model: the weights of another job's model, with which a job starts.
import type { ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import type { LayersModelShape } from '../../shared/model-format/describe-layers-topology.ts';
import { readCard, readParameters } from '../../shared/model-format/read-model.ts';

export interface StartParameters {
  readonly parameters: Float32Array;
  /** Number of steps they were trained with: the weight of their normalization statistics. */
  readonly steps: number;
}

/** Reads the start model; throws an AppError if it is missing, damaged or of another shape. */
export async function readStartModel(
  artifacts: Pick<ArtifactStore, 'read'>,
  jobId: string,
  shape: LayersModelShape,
): Promise<StartParameters> {
  const artifact = await artifacts.read({ jobId, name: 'start' });
  if (artifact === null) throw new InvalidModelError('the weights that this job starts from are missing');
  const { files } = artifact;
  return { parameters: readParameters(files, shape), steps: readCard(files).scores.steps };
}
