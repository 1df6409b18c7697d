// Records of jobs that servers and trainers share: orders, claims and reports, as JSON.
import { z } from 'zod';
import { storedJobSpecSchema } from '../../shared/job/stored-job-spec.ts';
import { modelNames } from '../../shared/job/model-name.ts';
import { masterMessageSchema } from '../masters/master-message.ts';

/** What a server wants trainers to do with a job. Only the server writes it. */
export const jobOrderSchema = z.object({
  /** How often the job was put into the queue by its server. */
  round: z.int().positive(),
  wanted: z.enum(['train', 'pause', 'cancel']),
  /** Number of the job's last master when the round began: the next ones have higher numbers. */
  attempt: z.int().min(0),
  spec: storedJobSpecSchema,
  /** SHA-256 of the module that defines the environment; null for a built-in one. */
  moduleHash: z.string().nullable(),
  programVersion: z.string(),
});
export type JobOrder = z.infer<typeof jobOrderSchema>;

/** An order as it was read; null: the job was deleted. */
export interface ReadOrder {
  readonly order: JobOrder | null;
  /** Later orders have higher revisions. */
  readonly revision: number;
}

/** What a trainer reports of a job. */
export const reportEntrySchema = z.discriminatedUnion('type', [
  /** The trainer has the job, and its master starts. */
  z.object({ type: z.literal('claimed') }),
  /** A message of the master; `object` is the stored model or checkpoint that it speaks of. */
  z.object({ type: z.literal('message'), message: masterMessageSchema, object: z.string().nullable() }),
  /** The master has ended without an outcome, or could not use its disk. */
  z.object({ type: z.literal('crashed'), code: z.string(), message: z.string() }),
  /** Nobody trains the job any more. */
  z.object({ type: z.literal('released'), reason: z.string() }),
]);
export type ReportEntry = z.infer<typeof reportEntrySchema>;

export const reportSchema = z.object({
  epoch: z.int(),
  trainer: z.string(),
  /** Reports of an epoch are numbered from 1. */
  number: z.int(),
  entries: z.array(reportEntrySchema),
});
export type Report = z.infer<typeof reportSchema>;

/** Names of artifacts that travel. */
export const sharedArtifacts = [...modelNames, 'checkpoint', 'start'] as const;

/**
 * Who trains a job. Each change names the revision that it replaces, so whoever has lost the claim can change nothing
 * more, neither who trains nor which checkpoint counts.
 */
export const jobClaimSchema = z.object({
  /** Number of the claim, and of its master. */
  epoch: z.int().min(0),
  trainer: z.string(),
  round: z.int(),
  /** The last report of the round; null while it trains. */
  end: reportSchema.nullable(),
  /** Names of the stored objects, newest first. */
  artifacts: z.partialRecord(z.enum(sharedArtifacts), z.array(z.string())),
});
export type JobClaim = z.infer<typeof jobClaimSchema>;

/** Question to a trainer: does it train this job, with this number? */
export const holdsQuestionSchema = z.object({ jobId: z.string(), epoch: z.int() });

/** Whether the claim's holder has ended this round, or a later one. */
export function isRoundOver({ end, round }: JobClaim, of: number): boolean {
  return end !== null && round >= of;
}
