// A checkpoint: everything a run needs to go on from where it was, as files and back.
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

/** A checkpoint that is sound but belongs to another job, or that a later version wrote. */
export class UnfitCheckpointError extends AppError {
  readonly code = 'UNFIT_CHECKPOINT';
}

export const checkpointSchema = z.object({
  formatVersion: z.literal(1),
  learner: learnerStateSchema,
  statistics: trainingStatisticsStateSchema,
  evaluator: evaluatorStateSchema,
  /** By worker; null for one that could not tell its state, and whose episodes begin again. */
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
  /** Hears what is wrong with each newer checkpoint that was passed over, newest first. */
  readonly onDamage?: (damages: readonly string[]) => void;
}

/**
 * The job's newest valid checkpoint, or null where there never was one. Throws CorruptArtifactError where no
 * version passes its checksums, and UnfitCheckpointError where it is not one of this spec's.
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
  if (!json || !bytes)
    throw new UnfitCheckpointError('the files are those of something else than a checkpoint');
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

/** Why a checkpoint is none of this job; arrays of another size would be taken for right as far as they reach. */
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
    return `the checkpoint is one of ${workers.length} workers, the job has ${spec.workers}`;
  // A worker that could not tell where its environments stand may say nothing of them.
  const environments = workers
    .map((worker) => worker?.environments.length ?? 0)
    .find((count) => count !== 0 && count !== spec.environmentsPerWorker);
  if (environments !== undefined)
    return `the checkpoint is one of ${environments} environments per worker, the job has ${spec.environmentsPerWorker}`;
  return null;
}

/** What to tell about newer checkpoints that were passed over, in one sentence. */
export function describeDamagedCheckpoints(damages: readonly string[]): string {
  const reasons = damages.join('; ');
  return damages.length === 1
    ? `the newest checkpoint is damaged (${reasons}); the one before is used`
    : `the ${damages.length} newest checkpoints are damaged (${reasons}); the one before them is used`;
}
