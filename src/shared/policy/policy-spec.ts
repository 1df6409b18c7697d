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
  minimumStandardDeviation: z
    .number()
    .positive()
    .max(10)
    .default(0.001)
    .describe('Floor under the standard deviation'),
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

export const gsdePolicySchema = z.strictObject({
  type: z
    .literal('gsde')
    .describe(
      'Generalized state-dependent exploration: noise that is a function of the last hidden layer, drawn now and then',
    ),
  initialLogStandardDeviation: z
    .number()
    .min(-10)
    .max(4)
    .default(-2)
    .describe('Logarithm of the standard deviations of the noise weights at the start'),
  minimumStandardDeviation: z
    .number()
    .positive()
    .max(10)
    .default(0.00001)
    .describe('Floor under the standard deviation of each noise weight'),
  stepsPerDraw: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(16)
    .describe('Steps of an environment after which its noise weights are drawn again'),
});

export const deterministicPolicySchema = z.strictObject({
  type: z.literal('deterministic').describe('The action itself per element, for ddpg'),
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
