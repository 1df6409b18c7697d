// Evaluations that clients ask for: fresh episodes of a model.
import { z } from 'zod';
import { jobIdSchema } from '../job/job.ts';
import { modelNameSchema } from '../job/model-name.ts';

export const evaluationStates = ['queued', 'running', 'succeeded', 'failed'] as const;

export const evaluationRequestSchema = z.strictObject({
  episodes: z.int().min(1).max(1_000).default(100).describe('Episodes to play'),
  seed: z
    .int()
    .min(0)
    .optional()
    .describe('Seed of the episodes, the same as of a3c evaluate; random by default'),
  deterministic: z
    .boolean()
    .default(true)
    .describe('True for the most probable actions; false to draw them with the probabilities of the policy'),
  model: modelNameSchema
    .default('best')
    .describe('`best` has the highest greedy evaluation so far, `latest` the newest weights'),
});
export type EvaluationRequest = z.input<typeof evaluationRequestSchema>;

const number = z.number();
const time = z.iso.datetime();

export const requestedEvaluationSchema = z.object({
  id: z.string(),
  job: jobIdSchema,
  state: z.enum(evaluationStates),
  model: modelNameSchema,
  trainingSteps: z
    .int()
    .nullable()
    .describe('Number of training steps behind the weights; null until they are read'),
  episodes: z.int().describe('Episodes to play'),
  seed: z.int(),
  deterministic: z.boolean(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  mean: number.nullable().describe('Mean return of the episodes played so far; null before the first'),
  standardDeviation: number.nullable(),
  min: number.nullable(),
  max: number.nullable(),
  returns: z.array(number).describe('Return of each episode, in order'),
  lengths: z.array(z.int()).describe('Steps of each episode'),
  error: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why it failed'),
});
export type RequestedEvaluation = z.infer<typeof requestedEvaluationSchema>;

export const requestedEvaluationListSchema = z.object({ data: z.array(requestedEvaluationSchema) });
export type RequestedEvaluationList = z.infer<typeof requestedEvaluationListSchema>;
