// Names of what servers and trainers share over NATS.
export const jobsStream = 'A3C_JOBS';
export const reportsStream = 'A3C_REPORTS';
export const recordBucket = 'a3c_records';
export const artifactBucket = 'a3c_artifacts';
/** The trainers' common place in the queue. */
export const trainersConsumer = 'trainers';

export const allJobsSubject = 'a3c.jobs.*';
export const allReportsSubject = 'a3c.reports.*';

/** A message here puts a job into the queue. */
export function jobSubject(jobId: string): string {
  return `a3c.jobs.${jobId}`;
}

/** Reports of a job, in order. */
export function reportSubject(jobId: string): string {
  return `a3c.reports.${jobId}`;
}

/** A trainer answers here whether it trains a job. */
export function trainerSubject(trainer: string): string {
  return `a3c.trainer.${trainer}`;
}

/** The server's record of a job: what trainers should do. */
export function orderKey(jobId: string): string {
  return `order.${jobId}`;
}

export const allOrdersKey = 'order.*';

/** The trainers' record of a job: who trains it. */
export function claimKey(jobId: string): string {
  return `claim.${jobId}`;
}

/** The job's id at the end of a subject or key. */
export function readJobId(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
