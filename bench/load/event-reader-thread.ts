// Thread that follows one job with many event streams and checks that no event is missing. It is a separate thread,
// because reading would delay the requests whose latency is measured at the same time.
import { get, Agent } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

const taskSchema = z.object({ url: z.string(), jobId: z.string(), streams: z.int() });

/** What one reader has seen. */
export interface ReaderTally {
  /** Streams that were opened and have not ended. */
  open: number;
  events: number;
  /** Ids that were skipped or came twice. */
  lost: number;
  /** What the reader that is furthest behind has seen last. */
  lowestId: number;
}

const { url, jobId, streams } = taskSchema.parse(workerData);
const tally: ReaderTally = { open: 0, events: 0, lost: 0, lowestId: 0 };
const lastIds: number[] = [];
const agent = new Agent({ maxSockets: Infinity });

function openStream(stream: number): void {
  const headers = { accept: 'text/event-stream' };
  const request = get(`${url}/jobs/${jobId}/events`, { agent, headers }, (response) => {
    tally.open += 1;
    let rest = '';
    let lastId = 0;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('id: ')) continue;
        const id = Number(line.slice(4));
        tally.events += 1;
        // A reader that joins late begins with the oldest event that is kept.
        if (lastId !== 0 && id !== lastId + 1) tally.lost += 1;
        lastId = id;
        lastIds[stream] = id;
      }
    });
    response.on('error', () => undefined);
    response.on('close', () => (tally.open -= 1));
  });
  request.on('error', () => undefined);
}

for (let stream = 0; stream < streams; stream += 1) openStream(stream);
parentPort?.on('message', () => {
  tally.lowestId = lastIds.length < streams ? 0 : Math.min(...lastIds);
  parentPort?.postMessage(tally);
});
