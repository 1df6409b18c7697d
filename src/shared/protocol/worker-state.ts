// Where a worker stands between two rollouts: what it needs to go on as if it had never been interrupted. It crosses
// from worker to master for a checkpoint, and back when the job goes on.
import { z } from 'zod';

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

/** What an algorithm remembers from rollout to rollout, by names of its own. */
export const algorithmStateSchema = z.record(
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
export type AlgorithmState = z.infer<typeof algorithmStateSchema>;

export const workerStateSchema = z.object({
  environments: z.array(environmentStateSchema),
  algorithm: algorithmStateSchema,
});
export type WorkerState = z.infer<typeof workerStateSchema>;
