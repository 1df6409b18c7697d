// Rows of the learning benchmark, as data: an environment, an algorithm, a budget and a target to reach in it. A row
// without an algorithm or preset waits until there is one.

import type { JobRequest } from '../../src/index.ts';
import type { TfjsBackend } from '../../src/shared/engines/engine-choice.ts';
import { gruFrames, gruTopology } from './gru-topology.ts';

/** What decides whether a seed counts as learned. */
export type Target =
  | {
      readonly type: 'greedyMean';
      /** Mean return of fresh greedy episodes. */
      readonly atLeast: number;
      /** Which parameters have to reach it: the best by evaluation within the budget, or those at its end. */
      readonly parameters: 'best' | 'last';
    }
  | {
      /** For a policy that is judged by what it has become: a normal distribution of one number. */
      readonly type: 'normalDistribution';
      readonly mean: number;
      readonly tolerance: number;
      readonly standardDeviationBelow: number;
    };

export interface LearningRow {
  /** Names the row in files: its curve is docs/learning/<name>.svg. */
  readonly name: string;
  readonly environment: string;
  readonly algorithm: string;
  /** Training runs, with seeds 1, 2, 3 … */
  readonly seeds: number;
  /** Training steps of each run; null for the preset's own. */
  readonly maxSteps: number | null;
  /** Null where nobody has agreed on one. */
  readonly target: Target | null;
  /** What the row has beside its preset, for people; absent: nothing. */
  readonly difference?: string;
  /** Job fields beside the preset's. */
  readonly settings?: Partial<JobRequest>;
  /** The backend of TensorFlow.js that computes the network; absent: the kernels do. */
  readonly backend?: TfjsBackend;
  /** Fresh greedy episodes that judge each run: 100 where absent. Returns that vary much need more. */
  readonly judgeEpisodes?: number;
}

const best = (atLeast: number): Target => ({ type: 'greedyMean', atLeast, parameters: 'best' });
const last = (atLeast: number): Target => ({ type: 'greedyMean', atLeast, parameters: 'last' });

/** A row under the name most rows have. */
const row = (
  environment: string,
  algorithm: string,
  rest: Omit<LearningRow, 'name' | 'environment' | 'algorithm'>,
): LearningRow => ({
  name: `${environment}-${algorithm}`,
  environment,
  algorithm,
  ...rest,
});

export const learningRows: readonly LearningRow[] = [
  row('CartPole-v1', 'a3c', { seeds: 10, maxSteps: 200_000, target: best(500) }),
  {
    ...row('CartPole-v1', 'a3c', { seeds: 10, maxSteps: 2_000_000, target: last(475) }),
    name: 'CartPole-v1-a3c-long',
  },
  row('Acrobot-v1', 'a3c', { seeds: 10, maxSteps: 500_000, target: best(-80) }),
  row('MountainCar-v0', 'a3c', { seeds: 10, maxSteps: 1_000_000, target: best(-110) }),
  row('Pendulum-v1', 'a3c', { seeds: 10, maxSteps: 1_000_000, target: best(-160) }),
  row('MountainCarContinuous-v0', 'a3c', { seeds: 10, maxSteps: 300_000, target: best(91) }),
  row('GaussianTarget-v0', 'reinforce', {
    seeds: 10,
    maxSteps: null,
    target: { type: 'normalDistribution', mean: 4, tolerance: 0.1, standardDeviationBelow: 0.3 },
  }),
  row('MountainCarContinuous-v0', 'actor-critic', { seeds: 10, maxSteps: null, target: best(90) }),
  row('CartPole-v1', 'ppo', { seeds: 10, maxSteps: null, target: best(500) }),
  row('Acrobot-v1', 'ppo', { seeds: 10, maxSteps: null, target: best(-75) }),
  row('MountainCar-v0', 'ppo', { seeds: 10, maxSteps: null, target: best(-105), judgeEpisodes: 1000 }),
  row('Pendulum-v1', 'ppo', { seeds: 10, maxSteps: null, target: best(-155), judgeEpisodes: 1000 }),
  row('MountainCarContinuous-v0', 'ppo', { seeds: 10, maxSteps: null, target: best(91) }),
  row('LunarLander-v3', 'ppo', { seeds: 5, maxSteps: null, target: best(250), judgeEpisodes: 1000 }),
  row('LunarLanderContinuous-v3', 'ppo', {
    seeds: 5,
    maxSteps: null,
    target: best(270),
    judgeEpisodes: 1000,
  }),
  row('LunarLander-v3', 'a3c', { seeds: 5, maxSteps: null, target: best(250), judgeEpisodes: 1000 }),
  row('LunarLanderContinuous-v3', 'a3c', {
    seeds: 5,
    maxSteps: null,
    target: best(270),
    judgeEpisodes: 1000,
  }),
  row('BipedalWalker-v3', 'ppo', { seeds: 5, maxSteps: null, target: best(300) }),
  row('MemoryChain-v0', 'ppo', { seeds: 5, maxSteps: null, target: best(0.95), judgeEpisodes: 1000 }),
  row('DeepSea-v0', 'ppo', { seeds: 5, maxSteps: null, target: best(0.98) }),
  row('MemoryChain-v0', 'a3c', { seeds: 5, maxSteps: null, target: best(0.95), judgeEpisodes: 1000 }),
  row('DeepSea-v0', 'a3c', { seeds: 5, maxSteps: null, target: best(0.98) }),
  row('Pendulum-v1', 'ddpg', { seeds: 5, maxSteps: 30_000, target: best(-180) }),
  row('Catch-v0', 'a3c', { seeds: 10, maxSteps: null, target: best(4.5) }),
  row('CartPolePositions-v0', 'a3c', { seeds: 10, maxSteps: null, target: best(475) }),
  ...(['wasm', 'tensorflow'] as const).map((backend) => ({
    ...row('CartPole-v1', 'a3c', { seeds: 3, maxSteps: 200_000, target: best(475) }),
    name: `CartPole-v1-a3c-tfjs-${backend}`,
    difference: `TensorFlow.js (${backend})`,
    settings: { engine: 'tfjs' } as const,
    backend,
  })),
  {
    ...row('gymnasium:HalfCheetah-v5', 'ppo', {
      seeds: 3,
      maxSteps: 1_000_000,
      target: best(2_000),
      judgeEpisodes: 20,
    }),
    name: 'HalfCheetah-v5-ppo',
  },
  {
    ...row('gymnasium:HalfCheetah-v5', 'a3c', {
      seeds: 3,
      maxSteps: 1_000_000,
      target: best(2_000),
      judgeEpisodes: 20,
    }),
    name: 'HalfCheetah-v5-a3c',
  },
  {
    ...row('gymnasium:ALE/Pong-v5', 'ppo', { seeds: 1, maxSteps: null, target: best(18) }),
    name: 'Pong-v5-ppo',
  },
  {
    ...row('CartPolePositions-v0', 'a3c', { seeds: 3, maxSteps: 300_000, target: best(475) }),
    name: 'CartPolePositions-v0-a3c-gru',
    difference: 'a GRU over 4 frames and a batch normalization, TensorFlow.js (wasm)',
    settings: { network: { modelTopology: gruTopology }, wrappers: { frameStack: gruFrames } },
    backend: 'wasm',
  },
];

/** A row that no table has: an environment with its preset or the defaults, against its threshold. */
export function createUnlistedRow(
  environment: string,
  algorithm: string,
  threshold: number | null,
): LearningRow {
  const target = threshold === null ? null : best(threshold);
  return row(environment, algorithm, { seeds: 10, maxSteps: null, target });
}

/** "a3c", or "a3c: " and what the row has beside its preset. */
export function describeAlgorithm({ algorithm, difference }: LearningRow): string {
  return difference === undefined ? algorithm : `${algorithm}: ${difference}`;
}

export function describeTarget(target: Target | null): string {
  if (target === null) return 'none';
  switch (target.type) {
    case 'greedyMean':
      return `${target.parameters === 'best' ? 'best' : 'at the end'} ≥ ${formatTarget(target.atLeast)}`;
    case 'normalDistribution':
      return `μ within ${target.tolerance} of ${target.mean}, σ < ${target.standardDeviationBelow}`;
  }
}

function formatTarget(value: number): string {
  return String(value).replace('-', '−');
}
