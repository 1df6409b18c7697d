// Trains CartPole inside this process, without a server: npx node examples/train-in-process.ts
import { train } from '../src/index.ts';

const outcome = await train(
  { environment: 'CartPole-v1', seed: 1 },
  {
    directory: './a3c-model',
    onFigures: ({ progress, reward, throughput }) => {
      console.log(
        `${progress.steps} steps, moving average ${reward.movingAverage?.toFixed(1) ?? '-'}, ${Math.round(throughput.stepsPerSecond)} steps/s`,
      );
    },
    onEvaluation: ({ mean, steps }, isBest) => {
      console.log(
        `after ${steps} steps the greedy policy reaches ${mean}${isBest ? ', the best so far' : ''}`,
      );
    },
  },
);

console.log(
  `ended by ${outcome.reason}; best model: ${outcome.best?.evaluation.mean ?? 'none'} in ./a3c-model/best`,
);
