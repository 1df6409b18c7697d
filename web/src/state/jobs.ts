// All jobs in short: read once, and then kept up to date by a stream of changes.
import { computed, signal } from '@preact/signals';
import type { JobOverview, JobOverviewPage } from '../../../src/shared/api/server-status.ts';
import { call } from '../api.ts';
import { PicturePace, pictureIntervalMs } from './picture-pace.ts';
import { readSession, session } from './session.ts';

/** Jobs of the first page, which is shown at once, and of the following ones. */
const pageSizes = { first: 100, next: 1000 };
const reconnectMs = 2_000;

const parseJob: (data: string) => JobOverview = JSON.parse.bind(JSON);
const parseRemoved: (data: string) => { readonly id: string } = JSON.parse.bind(JSON);

export const jobsById = signal<ReadonlyMap<string, JobOverview>>(new Map());
/** Whether the list was read. */
export const hasJobs = signal(false);
/** Whether changes arrive. */
export const isLive = signal(false);

/** Newest first. */
export const jobs = computed(() =>
  [...jobsById.value.values()].sort((a, b) => compareTimes(b.createdAt ?? '', a.createdAt ?? '')),
);

let stream: EventSource | null = null;
let changes = new Map<string, JobOverview | null>();
let isReading = false;
const pace = new PicturePace(document, applyChanges);

/** Follows the server until the page is closed; over restarts of the server too. */
export function followJobs(): void {
  stream?.close();
  stream = new EventSource(`events?everySeconds=${pictureIntervalMs / 1000}`);
  stream.addEventListener('ready', () => {
    void readJobs();
  });
  stream.addEventListener('job', ({ data }: MessageEvent<string>) => {
    const job = parseJob(data);
    note(job.id, job);
  });
  stream.addEventListener('removed', ({ data }: MessageEvent<string>) => {
    note(parseRemoved(data).id, null);
  });
  stream.addEventListener('error', () => {
    isLive.value = false;
    if (stream?.readyState !== EventSource.CLOSED) return;
    // The browser gives up on an answer that is an error: the token may have changed, or a proxy has no server.
    setTimeout(() => {
      readSession().then(
        () => {
          if (session.value?.role !== null) followJobs();
        },
        () => {
          followJobs();
        },
      );
    }, reconnectMs);
  });
}

async function readJobs(): Promise<void> {
  // What changes meanwhile is newer than what is read.
  isReading = true;
  try {
    const first = await call<JobOverviewPage>(`overviews?limit=${pageSizes.first}`);
    const read = new Map(first.data.map((job) => [job.id, job]));
    jobsById.value = first.hasMore ? new Map([...jobsById.value, ...read]) : read;
    hasJobs.value = true;
    isLive.value = true;
    for (let page = first; page.hasMore;) {
      page = await call<JobOverviewPage>(`overviews?limit=${pageSizes.next}&after=${page.lastId ?? ''}`);
      for (const job of page.data) read.set(job.id, job);
    }
    jobsById.value = read;
  } catch {
    isLive.value = false;
  } finally {
    isReading = false;
    applyChanges();
  }
}

function note(id: string, job: JobOverview | null): void {
  changes.set(id, job);
  pace.request();
}

function applyChanges(): void {
  if (isReading || changes.size === 0) return;
  const next = new Map(jobsById.value);
  for (const [id, job] of changes) {
    if (job === null) next.delete(id);
    else next.set(id, job);
  }
  changes = new Map();
  jobsById.value = next;
}

/** ISO times are in the order of their characters. */
function compareTimes(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
