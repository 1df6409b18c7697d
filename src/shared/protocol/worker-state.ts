// A worker's state between two rollouts: everything needed to resume it. It crosses from worker to master for a
// checkpoint, and back when the job is resumed.
import { z } from 'zod';
import type { ModelState } from '../engines/model-state.ts';

const numbers = z.array(z.number());

/** One environment, in the middle of an episode as a rule. */
export const environmentStateSchema = z.object({
  /** Null where the environment cannot tell its state: its episode then begins again. */
  state: numbers.nullable(),
  /** As Random.getState gives it. */
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
