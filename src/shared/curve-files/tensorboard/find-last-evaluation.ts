// Reader of a run's earlier event files, as far as it is needed to continue the run: evaluations that were under way at
// the checkpoint are repeated, and must not appear twice.
import { fromBinary } from '@bufbuild/protobuf';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isEventFile } from './event-directory.ts';
import { eventMessages } from './event-messages.ts';
import { evaluationTag } from './scalar-tags.ts';

const headBytes = 12;
const tailBytes = 4;

const eventSchema = z.object({
  step: z.bigint(),
  sessionLog: z.object({ status: z.int() }).optional(),
  summary: z.object({ value: z.array(z.object({ tag: z.string() })) }).optional(),
});

/** Steps of the last evaluation up to `untilSteps` that TensorBoard shows; -1 if there is none. */
export async function findLastEvaluation(runDirectory: string, untilSteps: number): Promise<number> {
  let evaluations: number[] = [];
  for (const name of (await readdir(runDirectory)).filter(isEventFile).sort()) {
    for (const record of listRecords(await readFile(join(runDirectory, name)))) {
      const event = readEvent(record);
      if (event === null) break;
      const step = Number(event.step);
      if (event.sessionLog !== undefined) evaluations = evaluations.filter((earlier) => earlier < step);
      else if (event.summary?.value.some(({ tag }) => tag === evaluationTag)) evaluations.push(step);
    }
  }
  return Math.max(-1, ...evaluations.filter((step) => step <= untilSteps));
}

/** A file of a process that was killed may end within a record. */
function* listRecords(file: Buffer): Generator<Uint8Array> {
  for (let position = 0; position + headBytes <= file.byteLength;) {
    const end = position + headBytes + Number(file.readBigUInt64LE(position));
    if (end + tailBytes > file.byteLength) return;
    yield file.subarray(position + headBytes, end);
    position = end + tailBytes;
  }
}

function readEvent(record: Uint8Array): z.infer<typeof eventSchema> | null {
  try {
    return eventSchema.parse(fromBinary(eventMessages.find('Event'), record));
  } catch {
    // Another program wrote it, or the disk damaged it.
    return null;
  }
}
