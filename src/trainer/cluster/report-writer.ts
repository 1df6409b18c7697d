// Writer of a job's reports. Each report must follow the one that its writer wrote last, so the first report of a new
// claim shuts out the writers of all earlier ones.
import type { Cluster } from './cluster.ts';
import { isConflict } from './cluster.ts';
import { ClaimLostError } from './claimed-job.ts';
import { reportsStream, reportSubject } from './names.ts';
import { reportSchema, type Report, type ReportEntry } from './records.ts';

/** A writer that has lost its claim may be faster this often. */
const maxRaces = 100;

export class ReportWriter {
  readonly #cluster: Cluster;
  readonly #jobId: string;
  readonly #writer: Pick<Report, 'epoch' | 'trainer'>;
  #number = 0;
  /** Place of the last report in the stream; null before the first. */
  #lastSequence: number | null = null;

  constructor(cluster: Cluster, jobId: string, { epoch, trainer }: Pick<Report, 'epoch' | 'trainer'>) {
    this.#cluster = cluster;
    this.#jobId = jobId;
    this.#writer = { epoch, trainer };
  }

  /** The report that `write` would write next. */
  compose(entries: readonly ReportEntry[]): Report {
    return { ...this.#writer, number: this.#number + 1, entries: [...entries] };
  }

  /**
   * Writes a report; resolves when it is stored. After any other error than ClaimLostError, the same report can be
   * written again.
   */
  async write(report: Report): Promise<void> {
    for (let race = 0; race < maxRaces; race += 1) {
      const isFirst = this.#lastSequence === null;
      const before = this.#lastSequence ?? (await this.#readLast()).sequence;
      try {
        this.#lastSequence = await this.#publish(report, before);
        this.#number = report.number;
        return;
      } catch (error) {
        if (!isConflict(error)) throw error;
        const last = await this.#readLast();
        const isOwn = last.report?.epoch === report.epoch && last.report.trainer === report.trainer;
        if (isOwn && last.report?.number === report.number) {
          // It was stored, and the answer was lost.
          this.#lastSequence = last.sequence;
          this.#number = report.number;
          return;
        }
        const isLost = (last.report?.epoch ?? 0) > report.epoch;
        if (!isFirst || isLost) throw new ClaimLostError(`another program reports of ${this.#jobId}`);
      }
    }
    throw new ClaimLostError(`another program does not stop to report of ${this.#jobId}`);
  }

  async #publish(report: Report, lastSubjectSequence: number): Promise<number> {
    const { seq } = await this.#cluster.jetStream.publish(
      reportSubject(this.#jobId),
      JSON.stringify(report),
      {
        msgID: `${this.#jobId}.${report.epoch}.${report.trainer}.${report.number}`,
        expect: { lastSubjectSequence },
      },
    );
    return seq;
  }

  async #readLast(): Promise<{ readonly sequence: number; readonly report: Report | null }> {
    return await readLastReport(this.#cluster, this.#jobId);
  }
}

/** The newest report of a job, and its place in the stream; 0 if there is none. */
export async function readLastReport(
  { streams }: Cluster,
  jobId: string,
): Promise<{ readonly sequence: number; readonly report: Report | null }> {
  const found = await streams.getMessage(reportsStream, { last_by_subj: reportSubject(jobId) });
  if (found === null) return { sequence: 0, report: null };
  return { sequence: found.seq, report: reportSchema.safeParse(found.json()).data ?? null };
}
