// Training throughput: whole runs in this process, workers and master as in production.
import { train, type JobRequest } from '../src/index.ts';

/** The network of the TensorFlow A3C tutorial. */
export const tutorialNetwork = {
  shared: false,
  layers: [{ type: 'dense', units: 100, activation: 'relu' }],
} as const satisfies JobRequest['network'];

/** Stable-Baselines3's default network. */
export const twoTanhLayers = {
  shared: false,
  layers: [
    { type: 'dense', units: 64, activation: 'tanh' },
    { type: 'dense', units: 64, activation: 'tanh' },
  ],
} as const satisfies JobRequest['network'];

export interface TrainingMeasurement {
  /** Environment steps of all workers per second, thread start and compilation included. */
  readonly stepsPerSecond: number;
  readonly staleness: number;
}

/** Trains CartPole-v1 for `seconds` whatever it reaches. */
export async function measureTraining(
  settings: Omit<JobRequest, 'environment'>,
  seconds: number,
): Promise<TrainingMeasurement> {
  const { figures } = await train({
    environment: 'CartPole-v1',
    workers: 2,
    rolloutLength: 20,
    seed: 1,
    ...settings,
    stop: { maxSeconds: seconds, maxSteps: null, targetReward: null },
    optimizer: { type: 'adam', schedule: 'constant', learningRate: 0.001, ...settings.optimizer },
  });
  const { steps, elapsedSeconds } = figures.progress;
  return { stepsPerSecond: steps / elapsedSeconds, staleness: figures.staleness.mean };
}
