// Claim of a job: its record in the cluster, as its present holder sees it.
import { AppError } from '../../shared/errors/app-error.ts';
import type { Cluster } from './cluster.ts';
import { isConflict } from './cluster.ts';
import { claimKey } from './names.ts';
import { jobClaimSchema, type JobClaim } from './records.ts';

/** Another program has the job now. */
export class ClaimLostError extends AppError {
  readonly code = 'CLAIM_LOST';
}

/** A record and its revision. */
export interface ReadClaim {
  readonly claim: JobClaim;
  readonly revision: number;
}

/** Reads the claim of a job; null if nobody ever had one. */
export async function readClaim({ records }: Cluster, jobId: string): Promise<ReadClaim | null> {
  const entry = await records.get(claimKey(jobId));
  if (entry?.operation !== 'PUT') return null;
  return { claim: jobClaimSchema.parse(entry.json()), revision: entry.revision };
}

export class ClaimedJob {
  readonly jobId: string;
  readonly #cluster: Cluster;
  #claim: JobClaim;
  #revision: number;

  private constructor(cluster: Cluster, jobId: string, { claim, revision }: ReadClaim) {
    this.#cluster = cluster;
    this.jobId = jobId;
    this.#claim = claim;
    this.#revision = revision;
  }

  /** Claims a job whose record is `before`; returns null if another program was faster. */
  static async take(
    cluster: Cluster,
    jobId: string,
    { claim, before }: { readonly claim: JobClaim; readonly before: ReadClaim | null },
  ): Promise<ClaimedJob | null> {
    const key = claimKey(jobId);
    const data = JSON.stringify(claim);
    try {
      const revision =
        before === null
          ? await cluster.records.create(key, data)
          : await cluster.records.update(key, data, before.revision);
      return new ClaimedJob(cluster, jobId, { claim, revision });
    } catch (error) {
      if (!isConflict(error)) throw error;
      // The answer to an earlier attempt may have been lost.
      const found = await readClaim(cluster, jobId);
      return found && isSame(found.claim, claim) ? new ClaimedJob(cluster, jobId, found) : null;
    }
  }

  get claim(): JobClaim {
    return this.#claim;
  }

  /** Changes the record. Throws ClaimLostError if the job has another holder now. */
  async update(changes: Partial<Pick<JobClaim, 'end' | 'artifacts'>>): Promise<void> {
    const claim = { ...this.#claim, ...changes };
    try {
      await this.#write(claim);
    } catch (error) {
      if (!isConflict(error)) throw error;
      // The answer to an earlier change may have been lost.
      await this.verify();
      await this.#write(claim);
    }
  }

  /** Throws ClaimLostError if the job has another holder now. */
  async verify(): Promise<void> {
    const found = await readClaim(this.#cluster, this.jobId);
    if (found === null || !isSame(found.claim, this.#claim))
      throw new ClaimLostError(`another program has claimed ${this.jobId}`);
    this.#revision = Math.max(this.#revision, found.revision);
  }

  async #write(claim: JobClaim): Promise<void> {
    const data = JSON.stringify(claim);
    this.#revision = await this.#cluster.records.update(claimKey(this.jobId), data, this.#revision);
    this.#claim = claim;
  }
}

function isSame(left: JobClaim, right: JobClaim): boolean {
  return left.epoch === right.epoch && left.trainer === right.trainer;
}
