// Pages of events as bytes. A page is read and written once for all streams at the same position, which share its
// bytes: fifty readers of one job cost little more than one.
import type { JobEvent } from '../../../shared/api/job-event.ts';
import type { JobId } from '../../../shared/job/job.ts';
import { isFinished } from '../../../shared/job/transition.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import type { Services } from '../services.ts';

/** Kinds of events that a reader wants; null: all. */
export type EventTypes = readonly JobEvent['type'][] | null;

export interface EventPage {
  /** Server-sent events, one after the other; empty if there are none yet, or none of the kinds that are wanted. */
  readonly bytes: Buffer;
  /** Id of the last event that was read, wanted or not; if there is none, the id that the page starts after. */
  readonly lastId: number;
  /** Whether nothing can follow: the job is finished or deleted. */
  readonly isLast: boolean;
}

const maxEvents = 200;
/** Size limit of a page; a single larger event is allowed. Streams hold at most two pages. */
const maxPageBytes = 64 * 1024;
/** About as many positions as streams have while nothing changes. */
const maxPagesKept = 64;

export class EventPages {
  readonly #sources: Pick<Services, 'store' | 'bus'>;
  readonly #pages = new Map<string, EventPage>();
  #revision = 0;

  constructor(sources: Pick<Services, 'store' | 'bus'>) {
    this.#sources = sources;
  }

  /** Returns the page that starts after the event `after`. */
  read(jobId: JobId, after: number, types: EventTypes = null): EventPage {
    const { revision } = this.#sources.bus;
    if (this.#revision !== revision) this.#pages.clear();
    this.#revision = revision;
    const key = `${jobId} ${after} ${types?.join() ?? ''}`;
    const known = this.#pages.get(key);
    if (known) return known;
    const page = this.#create(jobId, after, types);
    // The first key of a map is its oldest.
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size < maxPagesKept) break;
      this.#pages.delete(oldest);
    }
    this.#pages.set(key, page);
    return page;
  }

  #create(jobId: JobId, after: number, types: EventTypes): EventPage {
    const { store } = this.#sources;
    // Read before the events: if this state is final, all its events are in the store.
    const state = store.jobs.findState(jobId);
    const events = store.events.listStored(jobId, after, { limit: maxEvents, maxCharacters: maxPageBytes });
    const isOver = state === null || isFinished(state);
    const wanted =
      types === null ? events : events.filter((event) => types.some((type) => type === event.type));
    return {
      bytes: Buffer.from(wanted.map(formatEvent).join('')),
      lastId: events.at(-1)?.id ?? after,
      isLast: isOver && events.length === 0,
    };
  }
}

/** Adds the time as the last field of the data: the JSON of an object with at least one field, and none of that name. */
function formatEvent({ id, time, type, data }: StoredEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${data.slice(0, -1)},"time":"${time}"}\n\n`;
}
