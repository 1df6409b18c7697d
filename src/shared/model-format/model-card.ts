// Model card (model-card.json): describes a downloaded model, its origin and its scores.
import { z } from 'zod';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { evaluationResultSchema } from '../job/job.ts';
import { modelNameSchema } from '../job/model-name.ts';
import { storedJobSpecSchema } from '../job/stored-job-spec.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import {
  boxSpaceDescriptionSchema,
  describeBoxSpace,
  describeSpace,
  spaceDescriptionSchema,
} from './space-description.ts';

/** Fields of newer versions are ignored. */
export const modelCardSchema = z.object({
  formatVersion: z.literal(1),
  environment: z.string().describe('Environment id the model was trained in'),
  model: modelNameSchema,
  createdAt: z.iso.datetime(),
  engine: z.object({ name: z.string(), backend: z.string() }),
  spec: storedJobSpecSchema,
  scores: z.object({
    evaluation: evaluationResultSchema.nullable().describe('Greedy evaluation of these weights'),
    steps: z.int().describe('Training steps behind these weights'),
    updates: z.int().describe('Gradients applied to these weights'),
  }),
  policyParameters: z
    .record(z.string(), z.array(z.number()))
    .describe(
      'What belongs to the policy and is no weight of a layer, e.g. logStandardDeviation; return/variance',
    ),
  observationSpace: boxSpaceDescriptionSchema,
  actionSpace: spaceDescriptionSchema,
  hasActionMask: z
    .boolean()
    .optional()
    .describe('Whether forbidden actions were masked in training; absent in cards of older versions'),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

/** Content of a card besides the facts about its environment. */
export interface ModelCardContent extends Pick<
  ModelCard,
  'spec' | 'model' | 'engine' | 'scores' | 'policyParameters'
> {
  readonly definition: Pick<
    EnvironmentDefinition,
    'id' | 'observationSpace' | 'actionSpace' | 'hasActionMask'
  >;
  readonly createdAt: Date;
}

export function createModelCard(content: ModelCardContent): ModelCard {
  const { definition, createdAt, spec, model, engine, scores, policyParameters } = content;
  return {
    formatVersion: 1,
    environment: definition.id,
    model,
    createdAt: createdAt.toISOString(),
    engine,
    // A card is given away with its model; the address of a webhook often contains a key.
    spec: { ...spec, webhook: null },
    scores,
    policyParameters,
    observationSpace: describeBoxSpace(definition.observationSpace),
    actionSpace: describeSpace(definition.actionSpace),
    hasActionMask: definition.hasActionMask,
  };
}

/** Reads a card from parsed JSON; throws InvalidModelError, which names each wrong field. */
export function readModelCard(json: unknown): ModelCard {
  const parsed = modelCardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidModelError(`not a model card: ${reasons.join('; ')}`);
}
