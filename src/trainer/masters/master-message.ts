// Schema of a master's messages, which may come from another build or a damaged process. JSON has no NaN: metrics that
// are not finite become null, or 0 if the field must be a number.
import { z } from 'zod';
import { tfjsBackends } from '../../shared/engines/engine-choice.ts';
import { errorRecordSchema } from '../../shared/errors/error-record-schema.ts';
import {
  evaluationResultSchema,
  jobWarningSchema,
  trainingFiguresSchema,
  type TrainingFigures,
} from '../../shared/job/job.ts';
import { modelNameSchema } from '../../shared/job/model-name.ts';
import { stopReasons, type MasterMessage } from '../../shared/protocol/messages.ts';

const { progress, reward, losses, policy, learning, workerTime } = trainingFiguresSchema.shape;
const measured = z.number().catch(0);
const count = z.int().catch(0);

/** Makes a schema of nullable numbers that turns any other value into null. */
function nullAnythingElse<Name extends string>(
  group: z.ZodObject<Record<Name, z.ZodType<number | null>>>,
): z.ZodObject<Record<Name, z.ZodType<number | null>>>;
function nullAnythingElse(group: z.ZodObject): z.ZodObject {
  const names = Object.keys(group.shape);
  return z.object(Object.fromEntries(names.map((name) => [name, z.number().nullable().catch(null)])));
}

const figuresSchema: z.ZodType<TrainingFigures> = z.object({
  progress: z.object({
    steps: progress.shape.steps,
    episodes: progress.shape.episodes,
    updates: progress.shape.updates,
    fraction: progress.shape.fraction.catch(0),
    elapsedSeconds: measured,
  }),
  reward: z.object({
    movingAverage: reward.shape.movingAverage.catch(null),
    exponentialMovingAverage: reward.shape.exponentialMovingAverage.catch(null),
    last: reward.shape.last.catch(null),
    best: reward.shape.best.catch(null),
    evaluation: reward.shape.evaluation.catch(null),
  }),
  throughput: z.object({ stepsPerSecond: measured, updatesPerSecond: measured }),
  staleness: z.object({ mean: measured, max: measured }),
  losses: nullAnythingElse(losses),
  policy: nullAnythingElse(policy.unwrap()),
  learning: nullAnythingElse(learning.unwrap()),
  workerTime: nullAnythingElse(workerTime.unwrap()),
  refusedGradients: count,
  staleGradients: count,
  workerRestarts: count,
});

const engineChoiceSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('wasm'), backend: z.literal('simd'), reason: z.null() }),
  z.object({ name: z.literal('tfjs'), backend: z.enum(tfjsBackends), reason: z.string().nullable() }),
]);

const episodeSchema = z.object({
  episode: z.int(),
  worker: z.int(),
  return: measured,
  length: z.int(),
  steps: z.int(),
});

export const masterMessageSchema: z.ZodType<MasterMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('started'), resumedAtSteps: z.int().nullable(), engine: engineChoiceSchema }),
  z.object({
    type: z.literal('figures'),
    figures: figuresSchema,
    curve: z.array(figuresSchema),
    episodes: z.array(episodeSchema),
  }),
  z.object({ type: z.literal('evaluation'), evaluation: evaluationResultSchema, isBest: z.boolean() }),
  z.object({ type: z.literal('model'), model: modelNameSchema, steps: z.int() }),
  z.object({ type: z.literal('checkpoint'), steps: z.int() }),
  z.object({ type: z.literal('warning'), warning: jobWarningSchema }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  z.object({
    type: z.literal('finished'),
    reason: z.enum(stopReasons),
    figures: figuresSchema,
  }),
  z.object({ type: z.literal('failed'), error: errorRecordSchema }),
]);
