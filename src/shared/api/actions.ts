// Actions that the policy of a job chooses for observations of its clients.
import { z } from 'zod';
import { modelNameSchema } from '../job/model-name.ts';

const number = z.number();

/** Observations in one request. */
export const maxObservations = 10_000;

export const actionsRequestSchema = z.strictObject({
  observations: z
    .array(z.union([number, z.array(z.unknown())]))
    .min(1)
    .max(maxObservations)
    .describe(
      'One observation for each row: its numbers in row-major order, or lists nested like the observation space. Raw, as the environment gives them: the policy normalizes them itself',
    ),
  deterministic: z
    .boolean()
    .default(true)
    .describe(
      'True for the most probable actions, as evaluations play; false to draw them with the probabilities of the policy',
    ),
  seed: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Seed of the actions that are drawn: the same request gives the same actions. Random by default',
    ),
  masks: z
    .array(z.array(z.union([z.boolean(), z.literal(0), z.literal(1)])))
    .optional()
    .describe(
      '1 or true for each allowed action of each row; for several choices, all of them one after another. Required if the policy was trained with masks',
    ),
  states: z
    .array(z.array(number).nullable())
    .optional()
    .describe(
      "For a policy with memory: the `states` of the answer before, in the order of the rows; null for a row whose episode begins. Without it, every row's episode begins",
    ),
  model: modelNameSchema
    .default('best')
    .describe('`best` has the highest greedy evaluation so far, `latest` the newest weights'),
});
export type ActionsRequest = z.input<typeof actionsRequestSchema>;

export const actionsAnswerSchema = z.object({
  actions: z
    .array(z.union([number, z.array(number)]))
    .describe(
      'The action of each row: a number for a discrete action; otherwise one number per choice, or per element of a box, inside the action space',
    ),
  values: z
    .array(number.nullable())
    .nullable()
    .describe(
      'Expected discounted return of each row, as the critic sees it; null for a policy without such a critic',
    ),
  states: z
    .array(z.array(number))
    .optional()
    .describe('Only for a policy with memory: what it remembers of each row, for the next request'),
  model: modelNameSchema.describe('The model that answered'),
  trainingSteps: z
    .int()
    .nullable()
    .describe('Number of training steps behind its weights; null if the model does not say'),
});
export type ActionsAnswer = z.infer<typeof actionsAnswerSchema>;
