import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ParameterBoard } from '../../../src/shared/transport/parameter-board.ts';

const readingSchema = z.tuple([z.object({ reads: z.int(), torn: z.int(), backwards: z.int() })]);

// Large parameters take long to copy, small ones change often while the reader looks at their version.
it.each([
  { size: 20_000, versions: 20_000 },
  { size: 16, versions: 1_000_000 },
])('a reader never sees parameters of two versions ($size parameters)', async ({ size, versions }) => {
  const { memory } = new ParameterBoard(size);
  const ready = new SharedArrayBuffer(4);
  const [writer, reader] = ['writer', 'reader'].map(
    (role) =>
      new Worker(new URL('../../fixtures/parameter-board-thread.ts', import.meta.url), {
        workerData: { role, memory, ready, size, versions },
      }),
  );
  if (!writer || !reader) throw new Error('two threads were made');
  const written = once(writer, 'exit');
  const [{ reads, torn, backwards }] = readingSchema.parse(await once(reader, 'message'));
  await written;
  expect(reads).toBeGreaterThan(10);
  expect({ torn, backwards }).toEqual({ torn: 0, backwards: 0 });
});
