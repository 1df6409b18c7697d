// Checkpoint: the complete state of a run, from which it is resumed, and its files.
import { z } from 'zod';
import type { ArtifactStore } from '../../shared/artifacts/artifact-store.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { ParameterLayout } from '../../shared/network/parameter-layout.ts';
import { workerStateSchema } from '../../shared/protocol/worker-state.ts';
import { evaluatorStateSchema } from '../evaluation/evaluator.ts';
import { learnerStateSchema } from '../learner/learner.ts';
import { trainingStatisticsStateSchema } from '../learner/training-statistics.ts';
import { decodeState, encodeState } from './state-codec.ts';

/** A valid checkpoint that belongs to another job or was written by a later version. */
export class UnfitCheckpointError extends AppError {
  readonly code = 'UNFIT_CHECKPOINT';
}

export const checkpointSchema = z.object({
  formatVersion: z.literal(1),
  learner: learnerStateSchema,
  statistics: trainingStatisticsStateSchema,
  evaluator: evaluatorStateSchema,
  /** In the order of the workers; null for a worker without a state, whose episodes start again. */
  workers: z.array(workerStateSchema.nullable()),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

const jsonName = 'checkpoint.json';
const bytesName = 'checkpoint.bin';

export function encodeCheckpoint(checkpoint: Checkpoint): Map<string, Uint8Array> {
  const { json, bytes } = encodeState(checkpoint);
  return new Map([
    [jsonName, new TextEncoder().encode(JSON.stringify(json))],
    [bytesName, bytes],
  ]);
}

export interface CheckpointContext {
  readonly jobId: string;
  readonly spec: JobSpec;
  readonly layout: ParameterLayout;
  /** Receives the damages of newer checkpoints that were skipped, newest first. */
  readonly onDamage?: (damages: readonly string[]) => void;
}

/**
 * Reads the job's newest valid checkpoint; null if it has none. Throws CorruptArtifactError if no version passes its
 * checksums, and UnfitCheckpointError if the checkpoint does not fit the spec.
 */
export async function readCheckpoint(
  artifacts: Pick<ArtifactStore, 'read'>,
  { jobId, spec, layout, onDamage }: CheckpointContext,
): Promise<Checkpoint | null> {
  const artifact = await artifacts.read({ jobId, name: 'checkpoint' });
  if (artifact === null) return null;
  if (artifact.damages.length > 0) onDamage?.(artifact.damages);
  const json = artifact.files.get(jsonName);
  const bytes = artifact.files.get(bytesName);
  if (!json || !bytes) throw new UnfitCheckpointError('the files are not those of a checkpoint');
  const state = decodeState({ json: parseJson(json), bytes });
  const parsed = checkpointSchema.safeParse(state);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UnfitCheckpointError(
      `the checkpoint cannot be read: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown reason'}`,
    );
  }
  const misfit = findMisfit(parsed.data, spec, layout);
  if (misfit !== null) throw new UnfitCheckpointError(misfit);
  return parsed.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UnfitCheckpointError('the checkpoint cannot be read: it is not JSON', { cause: error });
  }
}

/** Returns why a checkpoint does not fit the job, or null. Arrays of another size would otherwise be copied in part. */
function findMisfit(
  { learner, evaluator, workers }: Checkpoint,
  spec: JobSpec,
  layout: ParameterLayout,
): string | null {
  const evaluated = [evaluator.best, ...evaluator.pending].flatMap((scored) => scored?.parameters ?? []);
  for (const parameters of [learner.parameters, ...evaluated]) {
    if (parameters.length !== layout.size)
      return `the checkpoint has ${parameters.length} parameters, the job has ${layout.size}`;
    if (!parameters.every(Number.isFinite)) return 'the checkpoint has parameters that are not finite';
  }
  if (learner.moments.length !== 2 || learner.moments.some(({ length }) => length !== layout.trainableSize))
    return 'the checkpoint has moments of another optimizer or network';
  if (workers.length !== spec.workers)
    return `the checkpoint has ${workers.length} workers, the job has ${spec.workers}`;
  // A worker that could not save the states of its environments has none.
  const environments = workers
    .map((worker) => worker?.environments.length ?? 0)
    .find((count) => count !== 0 && count !== spec.environmentsPerWorker);
  if (environments !== undefined)
    return `the checkpoint has ${environments} environments per worker, the job has ${spec.environmentsPerWorker}`;
  return null;
}

/** Describes the newer checkpoints that were skipped, in one sentence. */
export function describeDamagedCheckpoints(damages: readonly string[]): string {
  const reasons = damages.join('; ');
  return damages.length === 1
    ? `the newest checkpoint is damaged (${reasons}); the one before is used`
    : `the ${damages.length} newest checkpoints are damaged (${reasons}); the one before them is used`;
}
