// Search for a job, and the claim of a place in it: what a worker asks and a master answers, as JSON.
import { z } from 'zod';

/** Which job does a worker want? */
export const seekSchema = z.object({
  /** Id of the only job it works for; null if it works for all. */
  jobId: z.string().nullable(),
  /** Ids of jobs that it cannot work for, so that they do not hide the others. */
  unfit: z.array(z.string()),
});
export type Seek = z.infer<typeof seekSchema>;

/** A master has a place for a worker; what the worker must have to take it. */
export const offerSchema = z.object({
  jobId: z.string(),
  epoch: z.int(),
  /** Version of the program. */
  programVersion: z.string(),
  environment: z.string(),
  /** SHA-256 of the module that defines the environment, in hexadecimal; null for a built-in one. */
  moduleHash: z.string().nullable(),
});
export type Offer = z.infer<typeof offerSchema>;

const idSchema = z.string().regex(/^[\w-]{8,64}$/);
export const claimSchema = z.object({
  claim: idSchema,
  /** Where parameters are sent: claims of one process have the same relay, so that one message serves all of them. */
  relay: idSchema,
  programVersion: z.string(),
});
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
  /** A state has arrived, which the worker sends again until it knows. */
  z.object({ type: z.literal('stateTaken'), number: z.int() }),
  z.object({ type: z.literal('stop') }),
]);
export type Control = z.infer<typeof controlSchema>;

/** What a worker says every second. */
export const aliveSchema = z.object({
  /** Whether it has its assignment. */
  hasBegun: z.boolean(),
});
export type Alive = z.infer<typeof aliveSchema>;
