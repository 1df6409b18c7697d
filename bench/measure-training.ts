// Training throughput: whole runs in this process, workers and master as in production.
import { train, type JobRequest } from '../src/index.ts';

/** Environment steps of all workers per second, thread start and compilation included, whatever the job reaches. */
export async function measureTraining(job: JobRequest, seconds: number): Promise<number> {
  const { figures } = await train({
    seed: 1,
    ...job,
    stop: { maxSeconds: seconds, maxSteps: null, targetReward: null },
    // Without a last step there is nothing for a schedule to end at.
    finalEntropyCoefficient: null,
    finalMaxGradientNorm: null,
  });
  const { steps, elapsedSeconds } = figures.progress;
  return steps / elapsedSeconds;
}
