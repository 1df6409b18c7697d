// The `policy` part of a job: the distribution over actions that the network parametrizes.
import { z } from 'zod';

export const categoricalPolicySchema = z.strictObject({
  type: z.literal('categorical').describe('One logit per discrete action; forbidden actions are masked out'),
});

export const policySpecSchema = z.discriminatedUnion('type', [categoricalPolicySchema]);
export type PolicySpec = z.infer<typeof policySpecSchema>;
