// Claims: the next one of a job, and one that only ends it.
import { ClaimedJob, type ReadClaim } from './claimed-job.ts';
import type { Cluster } from './cluster.ts';
import type { JobClaim, JobOrder } from './records.ts';
import { ReportWriter } from './report-writer.ts';

export function nextClaim(before: JobClaim | null, order: JobOrder, trainer: string): JobClaim {
  return {
    epoch: Math.max(before?.epoch ?? 0, order.attempt) + 1,
    trainer,
    round: order.round,
    end: null,
    artifacts: before?.artifacts ?? {},
  };
}

/** Takes a job away from whoever had it, and ends its round. */
export async function releaseJob(
  cluster: Cluster,
  jobId: string,
  {
    order,
    before,
    trainer,
    reason,
  }: {
    readonly order: JobOrder;
    readonly before: ReadClaim | null;
    readonly trainer: string;
    readonly reason: string;
  },
): Promise<void> {
  const next = nextClaim(before?.claim ?? null, order, trainer);
  const writer = new ReportWriter(cluster, jobId, { epoch: next.epoch, trainer });
  const end = writer.compose([{ type: 'released', reason }]);
  const claimed = await ClaimedJob.take(cluster, jobId, { claim: { ...next, end }, before });
  if (claimed !== null) await writer.write(end);
}
