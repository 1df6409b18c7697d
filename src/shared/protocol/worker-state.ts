// Worker state between two rollouts: everything needed to resume a worker. Workers send it to the master for a
// checkpoint, and receive it when the job is resumed.
import { z } from 'zod';
import type { ModelState } from '../engines/model-state.ts';

const numbers = z.array(z.number());

/** State of one environment, usually in the middle of an episode. */
export const environmentStateSchema = z.object({
  /** Null if the environment cannot save its state; its episode then starts again. */
  state: numbers.nullable(),
  /** As returned by Random.getState. */
  random: numbers.min(4).max(5),
  /** Undiscounted return and length of the episode so far. */
  episodeReturn: z.number(),
  episodeLength: z.int(),
});
export type EnvironmentState = z.infer<typeof environmentStateSchema>;

export const algorithmStateSchema: z.ZodType<ModelState> = z.record(
  z.string(),
  z.union([
    z.number(),
    numbers,
    z.instanceof(Float32Array),
    z.instanceof(Float64Array),
    z.instanceof(Int32Array),
    z.instanceof(Uint8Array),
  ]),
);

export const workerStateSchema = z.object({
  environments: z.array(environmentStateSchema),
  algorithm: algorithmStateSchema,
});
export type WorkerState = z.infer<typeof workerStateSchema>;

/** Message of a worker that waits for its environment, or goes on. */
export interface WorkerPresence {
  readonly type: 'presence';
  readonly isPresent: boolean;
  /** State of a worker that waits: it does not change meanwhile. */
  readonly state: WorkerState | null;
}
