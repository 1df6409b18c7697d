// npm run bench:engines [-- WORD…]: environment steps per second of one thread that acts and learns, for each network,
// number of environments and engine, as a table. Words select networks, e.g. "frames".
import type { EnvironmentDefinition, JobRequest } from '../src/index.ts';
import { builtInEnvironments, EnvironmentRegistry, Random, resolveJobSpec } from '../src/index.ts';
import { describeNetwork } from '../src/shared/algorithms/describe-network.ts';
import { kernelChoice, type EngineChoice } from '../src/shared/engines/engine-choice.ts';
import { openEngine } from '../src/shared/engines/open-engine.ts';
import { compileKernels } from '../src/shared/engines/wasm/compile-kernels.ts';
import { openBatch } from '../src/shared/environments/open-batch.ts';
import { probeNativeBackend } from '../src/shared/native-backend/probe-native-backend.ts';
import { initializeParameters } from '../src/shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../src/shared/network/parameter-layout.ts';
import { createAlgorithm } from '../src/worker/algorithms/create-algorithm.ts';
import { RolloutRecorder } from '../src/worker/rollout-recorder.ts';
import { frames } from './environments/frames.ts';
import { frameNetwork } from './networks.ts';
import { summarize } from './statistics.ts';

/** Seconds of a measurement, after as long a time to warm up. */
const seconds = 1.5;
const repetitions = 3;

interface Row {
  readonly name: string;
  readonly definition: EnvironmentDefinition;
  readonly request: Omit<JobRequest, 'environment'>;
}

const registry = new EnvironmentRegistry(builtInEnvironments);
const dense = (units: number, activation: 'relu' | 'tanh') => ({ type: 'dense' as const, units, activation });

const rows: readonly Row[] = [
  {
    name: 'tutorial: two towers of 100 relu',
    definition: registry.get('CartPole-v1'),
    request: { network: { shared: false, layers: [dense(100, 'relu')] } },
  },
  {
    name: 'two towers of 64-64 tanh',
    definition: registry.get('CartPole-v1'),
    request: { network: { shared: false, layers: [dense(64, 'tanh'), dense(64, 'tanh')] } },
  },
  {
    name: 'LSTM of 32',
    definition: registry.get('CartPolePositions-v0'),
    request: { network: { shared: true, layers: [{ type: 'lstm', units: 32 }] } },
  },
  { name: 'Catch: conv2d 16 of 3×3, dense 64', definition: registry.get('Catch-v0'), request: {} },
  {
    name: 'frames: 84×84×4, 16 of 8×8/4, 32 of 4×4/2, dense 256',
    definition: frames,
    request: { network: frameNetwork },
  },
];

async function listEngines(): Promise<readonly (readonly [name: string, choice: EngineChoice])[]> {
  const { backend, reason } = await probeNativeBackend();
  if (!backend) console.error(`without the native backend: ${reason ?? ''}`);
  return [
    ['kernels', kernelChoice],
    ...(['cpu', 'wasm'] as const).map(
      (name) => [`tfjs ${name}`, { name: 'tfjs', backend: name, reason: null }] as const,
    ),
    ...(backend
      ? [
          [
            'tfjs tensorflow',
            { name: 'tfjs', backend: 'tensorflow', reason: null, module: backend.module },
          ] as const,
        ]
      : []),
  ];
}

/** Rollouts of 20 steps in one environment, and of 5 steps in each of several. */
async function measure(
  { definition, request }: Row,
  choice: EngineChoice,
  environments: number,
): Promise<number> {
  const rolloutLength = environments === 1 ? 20 : 5;
  const spec = resolveJobSpec(
    {
      algorithm: 'a3c',
      seed: 1,
      workers: 1,
      ...request,
      environment: definition.id,
      environmentsPerWorker: environments,
      rolloutLength,
    },
    definition,
    () => 1,
  );
  const network = describeNetwork(spec, definition);
  const engine = await openEngine(choice, { kernels: compileKernels(), network });
  const algorithm = createAlgorithm({ spec, definition, network, random: Random.fromSeed(1), engine });
  algorithm.parameters.set(
    initializeParameters(createParameterLayout(network), 'orthogonal', Random.fromSeed(2)),
  );
  const randoms = Array.from({ length: environments }, (_, index) => Random.fromSeed(3 + index));
  const batch = await openBatch(definition, { randoms });
  const recorder = new RolloutRecorder({ batch, randoms, definition, rollout: algorithm.rollout });
  await recorder.start();
  const exchange = { approximateKl: Number.NaN, receive: () => true, send: () => true };
  const run = async (durationMs: number): Promise<number> => {
    const startedAt = performance.now();
    let steps = 0;
    while (performance.now() - startedAt < durationMs) {
      algorithm.beginRollout(true, { progress: 0, entropyCoefficient: spec.entropyCoefficient });
      for (let step = 0; !algorithm.rollout.isComplete; step += 1) {
        algorithm.chooseActions(step);
        await recorder.step(step);
        recorder.record(step);
      }
      await algorithm.learn(exchange);
      steps += algorithm.rollout.actedRows;
      algorithm.rollout.restart();
    }
    return (1000 * steps) / (performance.now() - startedAt);
  };
  await run(1000 * seconds);
  const rates: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) rates.push(await run(1000 * seconds));
  await batch.close();
  engine.close();
  return summarize(rates).median;
}

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const selected = rows.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
const engines = await listEngines();
console.log(`| network | environments | ${engines.map(([name]) => name).join(' | ')} |`);
console.log(`|---|---:|${engines.map(() => '---:|').join('')}`);
for (const row of selected) {
  for (const environments of [1, 16]) {
    const rates: string[] = [];
    for (const [, choice] of engines) rates.push(formatRate(await measure(row, choice, environments)));
    console.log(`| ${row.name} | ${environments} | ${rates.join(' | ')} |`);
  }
}

function formatRate(rate: number): string {
  if (rate >= 100_000) return `${Math.round(rate / 1000)} k`;
  return rate >= 1000 ? `${(rate / 1000).toFixed(1)} k` : rate.toFixed(0);
}
