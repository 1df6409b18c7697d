// Training throughput: whole runs in this process, workers and master as in production.
import { train } from '../src/index.ts';
import type { TrainingRow } from './rows.ts';

/** Environment steps of all workers per second, thread start and compilation included, whatever the job reaches. */
export async function measureTraining(
  { job, environmentModule }: Pick<TrainingRow, 'job' | 'environmentModule'>,
  seconds: number,
): Promise<number> {
  const request = {
    seed: 1,
    ...job,
    stop: { maxSeconds: seconds, maxSteps: null, targetReward: null },
    // Without a last step there is nothing for a schedule to end at.
    finalEntropyCoefficient: null,
    finalMaxGradientNorm: null,
  };
  const { figures } = await train(request, environmentModule === undefined ? {} : { environmentModule });
  const { steps, elapsedSeconds } = figures.progress;
  return steps / elapsedSeconds;
}
