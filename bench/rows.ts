// Rows of the benchmark, as data: training rows beside their peers, then what users of a server notice.
import { join } from 'node:path';
import type { JobRequest } from '../src/index.ts';
import {
  convolutionNetwork,
  frameNetwork,
  lstmNetwork,
  tutorialNetwork,
  twoReluLayers,
  twoTanhLayers,
} from './networks.ts';
import type { PeerBackend } from './tfjs-peer/backend.ts';

/** The same job by tfjs, on one thread with one environment. */
export interface PeerRow {
  /** Names the row in results.json: no two are alike. */
  readonly measure: string;
  readonly backend: PeerBackend;
}

/** Environment steps per second of a training job, and of its peers. */
export interface TrainingRow {
  readonly type: 'training';
  readonly measure: string;
  readonly target: string;
  readonly job: JobRequest;
  /** Path of the module with its environment; absent for built-in ones. */
  readonly environmentModule?: string;
  /** Seconds of training, where the start of the job takes more than a little of the usual ones. */
  readonly seconds?: number;
  readonly peers: readonly PeerRow[];
}

export interface ServerRow {
  readonly type: 'server';
  readonly measure: string;
  readonly unit: string;
  readonly target: string;
  readonly quantity: 'timeToSolve' | 'latency' | 'memory';
}

export type Row = TrainingRow | ServerRow;

/** Stands where nobody has agreed on a target. */
const noTarget = '–';

const actorCriticSettings = {
  workers: 2,
  rolloutLength: 20,
  optimizer: { type: 'adam', schedule: 'constant', learningRate: 0.001 },
} as const satisfies Partial<JobRequest>;

/** Normalization would be measured too, which neither peers nor earlier figures have. */
const unscaled = { normalizeObservations: false, normalizeRewards: false } as const;

export const benchRows: readonly Row[] = [
  {
    type: 'training',
    measure: 'CartPole, 4-100-2 and 4-100-1, 2 workers × 1 environment',
    target: '≥ 1 M',
    job: {
      environment: 'CartPole-v1',
      ...actorCriticSettings,
      ...unscaled,
      environmentsPerWorker: 1,
      network: tutorialNetwork,
    },
    peers: [
      { measure: 'the same, tfjs cpu, one thread', backend: 'cpu' },
      { measure: 'the same, tfjs wasm, one thread', backend: 'wasm' },
    ],
  },
  {
    type: 'training',
    measure: 'the same, 2 workers × 16 environments',
    target: '≥ 3 M',
    job: {
      environment: 'CartPole-v1',
      ...actorCriticSettings,
      ...unscaled,
      environmentsPerWorker: 16,
      network: tutorialNetwork,
    },
    peers: [],
  },
  {
    type: 'training',
    measure: 'CartPole, 64-64 tanh towers, 2 workers × 8 environments',
    target: '≥ 300 k',
    job: {
      environment: 'CartPole-v1',
      ...actorCriticSettings,
      ...unscaled,
      environmentsPerWorker: 8,
      network: twoTanhLayers,
    },
    peers: [{ measure: 'the same, tfjs wasm, one thread, one environment', backend: 'wasm' }],
  },
  {
    type: 'training',
    measure: 'Pendulum, Gaussian, 64-64 tanh towers, 2 workers × 8 environments',
    target: noTarget,
    job: {
      environment: 'Pendulum-v1',
      ...actorCriticSettings,
      environmentsPerWorker: 8,
      network: twoTanhLayers,
      policy: { type: 'gaussian' },
    },
    peers: [{ measure: 'Pendulum, Gaussian, tfjs wasm, one thread, one environment', backend: 'wasm' }],
  },
  {
    type: 'training',
    measure: 'Catch, conv2d 16 of 3×3, dense 64, 2 workers × 8 environments',
    target: noTarget,
    job: {
      environment: 'Catch-v0',
      ...actorCriticSettings,
      ...unscaled,
      environmentsPerWorker: 8,
      network: convolutionNetwork,
    },
    peers: [{ measure: 'Catch, conv2d, tfjs wasm, one thread, one environment', backend: 'wasm' }],
  },
  {
    type: 'training',
    measure: 'frames of 84×84×4, network of the A3C paper, 2 workers × 16 environments',
    target: '≥ 3 k',
    job: {
      environment: 'Frames-v0',
      ...actorCriticSettings,
      ...unscaled,
      rolloutLength: 5,
      environmentsPerWorker: 16,
      network: frameNetwork,
      // An evaluation takes as long as training with as many steps.
      evaluation: { episodes: 1, everySteps: 1_000_000 },
    },
    environmentModule: join(import.meta.dirname, 'environments/frames.ts'),
    // Orthogonal kernels of 0.7 million numbers take one of them.
    seconds: 15,
    peers: [],
  },
  {
    type: 'training',
    measure: 'CartPolePositions, dense 32, lstm 32, 2 workers × 8 environments',
    target: noTarget,
    job: {
      environment: 'CartPolePositions-v0',
      ...actorCriticSettings,
      ...unscaled,
      environmentsPerWorker: 8,
      network: lstmNetwork,
    },
    peers: [{ measure: 'CartPolePositions, lstm, tfjs wasm, one thread, one environment', backend: 'wasm' }],
  },
  {
    type: 'training',
    measure: 'Pendulum, ddpg, 64-64 relu, batches of 64, 2 workers × 1 environment',
    target: noTarget,
    job: {
      environment: 'Pendulum-v1',
      algorithm: 'ddpg',
      workers: 2,
      network: twoReluLayers,
      // The preset's falls until its last step, and a run by time has none.
      optimizer: { schedule: 'constant' },
    },
    peers: [{ measure: 'Pendulum, ddpg, tfjs wasm, one thread, one environment', backend: 'wasm' }],
  },
  {
    type: 'training',
    measure: 'Pendulum, ppo, 64-64 tanh towers, 2 epochs of 2 minibatches, 2 workers × 4 environments',
    target: '≥ 300 k',
    job: {
      environment: 'Pendulum-v1',
      algorithm: 'ppo',
      workers: 2,
      environmentsPerWorker: 4,
      rolloutLength: 256,
      network: twoTanhLayers,
      // The preset's schedule would need an end.
      optimizer: { schedule: 'constant' },
      ppo: { epochs: 2, minibatches: 2 },
    },
    peers: [],
  },
  {
    type: 'server',
    measure: 'POST of a CartPole-v1 job to succeeded, seeds 1–10',
    unit: 's',
    target: '< 1 s',
    quantity: 'timeToSolve',
  },
  {
    type: 'server',
    measure: 'GET /status while two workers train, p99 of 500 requests',
    unit: 'ms',
    target: '< 20',
    quantity: 'latency',
  },
  {
    type: 'server',
    measure: 'resident memory, server + one CartPole job',
    unit: 'MiB',
    target: '< 300',
    quantity: 'memory',
  },
];

/** Names of all figures that a row gives: its own and its peers'. */
export function listMeasures(row: Row): string[] {
  return [row.measure, ...(row.type === 'training' ? row.peers.map(({ measure }) => measure) : [])];
}

/** Rows in whose names, or in whose environment's, every word occurs. A row and its peers belong together. */
export function selectRows(rows: readonly Row[], words: readonly string[]): Row[] {
  return rows.filter((row) => {
    const environment = row.type === 'training' ? row.job.environment : '';
    const text = [environment, ...listMeasures(row)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  });
}
