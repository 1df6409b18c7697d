// Search for a job, and the claim of a place in it: what a worker asks and a master answers, as JSON.
import { z } from 'zod';

/** Which jobs does a worker want? */
export const seekSchema = z.object({
  /** Version of the program. Masters answer workers of their own version only. */
  programVersion: z.string(),
  /** Null: any job. */
  jobId: z.string().nullable(),
});
export type Seek = z.infer<typeof seekSchema>;

/** A master has a place for a worker, or says why it has none for this one. */
export const offerSchema = z.object({
  jobId: z.string(),
  epoch: z.int(),
  programVersion: z.string(),
  environment: z.string(),
  /** SHA-256 of the module that defines the environment, in hexadecimal; null for a built-in one. */
  moduleHash: z.string().nullable(),
});
export type Offer = z.infer<typeof offerSchema>;

export const claimSchema = z.object({ claim: z.string().regex(/^[\w-]{8,64}$/), programVersion: z.string() });
export type Claim = z.infer<typeof claimSchema>;

export const claimAnswerSchema = z.object({
  /** Null: the place is the worker's, and its assignment follows. */
  refusal: z.string().nullable(),
});
export type ClaimAnswer = z.infer<typeof claimAnswerSchema>;

/** What a master tells a worker besides parameters. */
export const controlSchema = z.discriminatedUnion('type', [
  /** The master lives. It says which request for states is the last. */
  z.object({ type: z.literal('alive'), request: z.object({ number: z.int(), version: z.int() }) }),
  z.object({ type: z.literal('stop') }),
]);
export type Control = z.infer<typeof controlSchema>;
