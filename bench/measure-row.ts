// Measurement of one row: several runs of the row, then of its peers.
import { measureLatency, measureMemory, measureTimeToSolve, withServer } from './measure-server.ts';
import { measureTraining } from './measure-training.ts';
import type { Row, ServerRow, TrainingRow } from './rows.ts';
import { percentile, summarize, type Spread } from './statistics.ts';
import { measurePeer } from './tfjs-peer/measure-peer.ts';

export const trainingSeconds = 3;
const peerSeconds = 2;
const seedsToSolve = 10;

export interface Figures extends Spread {
  readonly measure: string;
  readonly unit: string;
  readonly target: string;
}

export interface MeasuredFigures {
  readonly figures: Figures;
  /** How many times a peer's median the row's own is; null for what is no peer. */
  readonly ratio: number | null;
}

/** Gives each figure as soon as it is there. */
export async function* measureRow(row: Row, runs: number): AsyncGenerator<MeasuredFigures> {
  switch (row.type) {
    case 'training':
      yield* measureTrainingRow(row, runs);
      return;
    case 'server': {
      const { measure, unit, target, quantity } = row;
      yield {
        figures: { measure, unit, target, ...summarize(await sampleServer(quantity, runs)) },
        ratio: null,
      };
    }
  }
}

async function* measureTrainingRow(row: TrainingRow, runs: number): AsyncGenerator<MeasuredFigures> {
  const { measure, target, job, peers } = row;
  const unit = 'steps/s';
  const own = summarize(await sample(runs, () => measureTraining(row, row.seconds ?? trainingSeconds)));
  yield { figures: { measure, unit, target, ...own }, ratio: null };
  for (const peer of peers) {
    const spread = summarize(await sample(runs, () => measurePeer(job, peer.backend, peerSeconds)));
    yield {
      figures: { measure: peer.measure, unit, target: 'peer', ...spread },
      ratio: own.median / spread.median,
    };
  }
}

async function sampleServer(quantity: ServerRow['quantity'], runs: number): Promise<number[]> {
  switch (quantity) {
    case 'timeToSolve':
      return withServer((client) =>
        sample(
          seedsToSolve,
          async (run) => (await measureTimeToSolve(client, 'CartPole-v1', run + 1)).seconds,
        ),
      );
    case 'latency':
      return withServer((client, { url }) =>
        sample(runs, async () => percentile(await measureLatency(client, url, 500), 0.99)),
      );
    case 'memory':
      return sample(runs, () => withServer((client, { processId }) => measureMemory(client, processId)));
  }
}

/** One run after another. */
async function sample(runs: number, measure: (run: number) => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) samples.push(await measure(run));
  return samples;
}
