// npm run bench:bridge [-- --pairs N]: steps of Gymnasium's environments over the bridge, and in a plain Python loop, in
// turn on this machine. A3C_PYTHON names a Python with Gymnasium, ale-py and MuJoCo.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openBatch } from '../src/shared/environments/open-batch.ts';
import { wrapEnvironment } from '../src/shared/environments/wrappers/wrap-environment.ts';
import { noWrappers } from '../src/shared/environments/wrappers/no-wrappers.ts';
import { Random } from '../src/shared/random/random.ts';
import { flatSize } from '../src/shared/spaces/space.ts';
import { environments, python } from './learning/open-environment.ts';
import { summarize } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '25' } } });
const pairs = Number(values.pairs);
if (!Number.isInteger(pairs) || pairs < 1)
  throw new RangeError(`--pairs takes a number from 1, not ${values.pairs}`);

interface Row {
  readonly id: string;
  readonly worlds: number;
  /** Steps of all worlds in each measurement. */
  readonly steps: number;
  readonly isAtari?: boolean;
}

const rows: readonly Row[] = [
  { id: 'CartPole-v1', worlds: 1, steps: 5_000 },
  { id: 'CartPole-v1', worlds: 64, steps: 150 },
  { id: 'HalfCheetah-v5', worlds: 1, steps: 1_500 },
  { id: 'HalfCheetah-v5', worlds: 64, steps: 30 },
  { id: 'ALE/Pong-v5', worlds: 1, steps: 200, isAtari: true },
  { id: 'ALE/Pong-v5', worlds: 8, steps: 25, isAtari: true },
];
const describe = ({ id, worlds }: Row): string => `${id}, ${worlds} environment${worlds === 1 ? '' : 's'}`;
const width = Math.max(...rows.map((row) => describe(row).length));

printTableLine(width, { measure: '', unit: 'unit' }, ['Python', 'bridge', 'overhead', 'speed', 'median']);
for (const row of rows) await compare(row);
console.log(
  `µs for a step of one environment: the fastest of ${pairs} rounds, measured in turn, because other programs only add ` +
    'time; median: of the ratios of the pairs',
);

async function compare(row: Row): Promise<void> {
  const loop = openPlainLoop(row);
  const bridge = await openBridge(row);
  const samples: { plain: number; bridged: number }[] = [];
  // The first pair warms up.
  for (let pair = 0; pair <= pairs; pair += 1) {
    const plain = (await loop.measure()) / row.worlds;
    const bridged = (await bridge.measure()) / row.worlds;
    if (pair > 0) samples.push({ plain, bridged });
  }
  await Promise.all([loop.close(), bridge.close()]);
  const plain = Math.min(...samples.map((sample) => sample.plain));
  const bridged = Math.min(...samples.map((sample) => sample.bridged));
  const ratio = summarize(samples.map((sample) => sample.plain / sample.bridged)).median;
  printTableLine(width, { measure: describe(row), unit: 'µs' }, [
    plain.toFixed(2),
    bridged.toFixed(2),
    (bridged - plain).toFixed(2),
    `${((100 * plain) / bridged).toFixed(0)} %`,
    `${(100 * ratio).toFixed(0)} %`,
  ]);
}

interface Measured {
  /** Returns microseconds for a step of all environments. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

function openPlainLoop({ id, worlds, steps, isAtari = false }: Row): Measured {
  const program = join(import.meta.dirname, 'bridge/plain_loop.py');
  const child = spawn(
    python,
    ['-u', program, id, String(worlds), String(steps), ...(isAtari ? ['atari'] : [])],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    measure: async () => {
      child.stdin.write('again\n');
      return Number((await lines.next()).value);
    },
    close: async () => {
      child.stdin.end();
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

async function openBridge({ id, worlds, steps, isAtari = false }: Row): Promise<Measured> {
  const bare = await environments.resolve(`gymnasium:${id}`);
  const definition = wrapEnvironment(bare, { ...noWrappers, atari: isAtari });
  const { actionSpace, observationSpace } = definition;
  const randoms = Array.from({ length: worlds }, (_, world) => Random.fromSeed(world));
  const batch = await openBatch(definition, { randoms });
  await batch.start();
  const observations = new Float32Array(worlds * flatSize(observationSpace));
  const size = worlds * flatSize(actionSpace);
  const random = Random.fromSeed(1);
  return {
    measure: async () => {
      const actions = Float32Array.from({ length: steps * size }, () =>
        actionSpace.type === 'discrete' ? random.nextInteger(actionSpace.n) : random.nextUniform(-1, 1),
      );
      const startedAt = performance.now();
      for (let step = 0; step < steps; step += 1) {
        const stepped = batch.step(actions, step * size);
        if (stepped !== undefined) await stepped;
        batch.observe(observations, 0);
      }
      return ((performance.now() - startedAt) * 1000) / steps;
    },
    close: async () => {
      await batch.close();
    },
  };
}
