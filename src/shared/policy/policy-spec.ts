// The `policy` part of a job: the distribution over actions that the network parametrizes.
import { z } from 'zod';

export const categoricalPolicySchema = z.strictObject({
  type: z.literal('categorical').describe('One logit per discrete action; forbidden actions are masked out'),
});

export const multiCategoricalPolicySchema = z.strictObject({
  type: z
    .literal('multiCategorical')
    .describe('Logits for each of several discrete choices, drawn independently'),
});

export const gaussianPolicySchema = z.strictObject({
  type: z
    .literal('gaussian')
    .describe('A mean per action element; standard deviations learned beside the network'),
  initialLogStandardDeviation: z
    .number()
    .min(-10)
    .max(4)
    .default(0)
    .describe('Logarithm of the standard deviations at the start'),
});

export const gaussianStateDependentPolicySchema = z.strictObject({
  type: z
    .literal('gaussianStateDependent')
    .describe('A mean and softplus(x) + minimumStandardDeviation per action element, both by the network'),
  minimumStandardDeviation: z
    .number()
    .positive()
    .max(10)
    .default(0.001)
    .describe('Floor under the standard deviation'),
});

export const policySpecSchema = z.discriminatedUnion('type', [
  categoricalPolicySchema,
  multiCategoricalPolicySchema,
  gaussianPolicySchema,
  gaussianStateDependentPolicySchema,
]);
export type PolicySpec = z.infer<typeof policySpecSchema>;
