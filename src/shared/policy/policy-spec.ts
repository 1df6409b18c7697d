// Settings of the policy in a job: the distribution over actions that the network parametrizes.
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
    .describe('A mean per action element from the network; standard deviations are separate parameters'),
  initialLogStandardDeviation: z
    .number()
    .min(-10)
    .max(4)
    .default(0)
    .describe('Logarithm of the initial standard deviations'),
  minimumStandardDeviation: z
    .number()
    .positive()
    .max(10)
    .default(0.001)
    .describe('Lower bound of the standard deviation'),
});

export const gaussianStateDependentPolicySchema = z.strictObject({
  type: z
    .literal('gaussianStateDependent')
    .describe(
      'A mean and a standard deviation softplus(x) + minimumStandardDeviation per action element, both from the network',
    ),
  minimumStandardDeviation: z
    .number()
    .positive()
    .max(10)
    .default(0.001)
    .describe('Lower bound of the standard deviation'),
});

export const gsdePolicySchema = z.strictObject({
  type: z
    .literal('gsde')
    .describe(
      'Generalized state-dependent exploration: noise is a function of the last hidden layer, and the function is redrawn at intervals',
    ),
  initialLogStandardDeviation: z
    .number()
    .min(-10)
    .max(4)
    .default(-2)
    .describe('Logarithm of the initial standard deviations of the noise weights'),
  minimumStandardDeviation: z
    .number()
    .positive()
    .max(10)
    .default(0.00001)
    .describe('Lower bound of the standard deviation of each noise weight'),
  stepsPerDraw: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(16)
    .describe('Steps of an environment after which its noise weights are redrawn'),
});

export const deterministicPolicySchema = z.strictObject({
  type: z.literal('deterministic').describe('The network outputs the action itself, for ddpg'),
  outputActivation: z
    .enum(['linear', 'tanh'])
    .default('linear')
    .describe('linear: the output is the action; tanh: squashed into the bounds of the action space'),
});
export type DeterministicPolicySpec = z.infer<typeof deterministicPolicySchema>;

export const policySpecSchema = z.discriminatedUnion('type', [
  categoricalPolicySchema,
  multiCategoricalPolicySchema,
  gaussianPolicySchema,
  gaussianStateDependentPolicySchema,
  gsdePolicySchema,
  deterministicPolicySchema,
]);
export type PolicySpec = z.infer<typeof policySpecSchema>;
