// Entry of the process that plays the episodes of an evaluation for a server. Whatever the environment does, the server
// is not harmed: it kills a process that takes too long for a step.
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { playEpisodes } from '../shared/agents/play-episodes.ts';
import { describeNetwork } from '../shared/algorithms/describe-network.ts';
import { readModelDirectory } from '../shared/artifacts/read-model-directory.ts';
import { resolveEngineName, type EngineChoice } from '../shared/engines/engine-choice.ts';
import { openEngine } from '../shared/engines/open-engine.ts';
import { compileKernels } from '../shared/engines/wasm/compile-kernels.ts';
import { loadEnvironment } from '../shared/environment-modules/open-environment.ts';
import { wrapEnvironment } from '../shared/environments/wrappers/wrap-environment.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import { InvalidModelError } from '../shared/model-format/invalid-model-error.ts';
import { readCard, readParameters } from '../shared/model-format/read-model.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import { resolveEntry } from '../shared/program-files/resolve-entry.ts';
import type { EpisodesReport, EpisodesRequest } from '../shared/protocol/evaluation-messages.ts';
import { Random } from '../shared/random/random.ts';

/** Episodes that are played side by side: enough for fast networks, few enough for large environments. */
const blockEpisodes = 8;

function report(message: EpisodesReport): void {
  if (process.connected) process.send?.(message);
}

/** Reports the last message, and ends the process once the server has it. */
function end(message: EpisodesReport): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => process.exit(0));
}

async function play(request: EpisodesRequest): Promise<void> {
  const { episodes, seed, deterministic, everyMs } = request;
  const model = await open(request);
  report({ type: 'started', trainingSteps: model.trainingSteps });
  const random = Random.fromSeed(seed);
  const actionRandom = deterministic ? null : random.split(episodes);
  let reportedMs = performance.now();
  const onStep = (): void => {
    const nowMs = performance.now();
    if (nowMs - reportedMs < everyMs) return;
    reportedMs = nowMs;
    report({ type: 'stepped' });
  };
  for (let first = 0; first < episodes; first += blockEpisodes) {
    const count = Math.min(blockEpisodes, episodes - first);
    // The same streams as of a3c evaluate.
    const randoms = Array.from({ length: count }, (_, index) => random.split(first + index));
    const played = await playEpisodes({ ...model, randoms, random: actionRandom, onStep });
    report({ type: 'episodes', ...played });
  }
  end({ type: 'finished' });
}

/** Reads the model and its environment, with the wrappers that it was trained with. */
async function open({ model, environment, environmentOrigin, wrappers }: EpisodesRequest) {
  const definition = wrapEnvironment(await loadEnvironment(environment, environmentOrigin), wrappers);
  const found = await readModelDirectory(model);
  if (found === null) throw new InvalidModelError('the model is gone');
  const { spec, scores } = readCard(found.files);
  const network = describeNetwork(spec, definition);
  const layout = createParameterLayout(network);
  const parameters = readParameters(found.files, { spec, definition, layout });
  const choice: EngineChoice =
    resolveEngineName({ ...spec, engine: 'auto' }) === 'wasm'
      ? { name: 'wasm', backend: 'simd', reason: null }
      : { name: 'tfjs', backend: 'wasm', reason: null };
  const engine = await openEngine(choice, { kernels: compileKernels(), network });
  return { definition, network, policy: spec.policy, parameters, engine, trainingSteps: scores.steps };
}

function fail(error: unknown): void {
  end({ type: 'failed', error: createErrorRecord(error) });
}

process.once('message', (request: EpisodesRequest) => {
  play(request).catch(fail);
});
process.on('uncaughtException', fail);
process.on('disconnect', () => process.exit(0));
// Somebody waits for it, but training goes on: as a player.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// While an environment hangs, this thread does not hear that the server is gone.
new Worker(resolveEntry('./watch-server', import.meta.url)).unref();
