// npm run bench:actor: CPU time of one worker thread per environment step, without a master and without messages.
import { AdvantageActorCritic } from '../src/worker/algorithms/advantage-actor-critic/advantage-actor-critic.ts';
import { PhaseTimer } from '../src/worker/phase-timer.ts';
import { recordEnvironments } from '../test/fixtures/record-environments.ts';
import {
  builtInEnvironments,
  EnvironmentRegistry,
  Random,
  resolveJobSpec,
  type JobRequest,
} from '../src/index.ts';
import { WasmEngine } from '../src/shared/engines/wasm/wasm-engine.ts';
import { compileKernels } from '../src/shared/engines/wasm/compile-kernels.ts';
import { instantiateKernels } from '../src/shared/engines/wasm/kernels/instantiate-kernels.ts';
import { initializeParameters } from '../src/shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../src/shared/algorithms/describe-network.ts';
import { tutorialNetwork, twoTanhLayers } from './networks.ts';
import { summarize } from './statistics.ts';

const runs = 9;
const stepsPerRun = 400_000;
const registry = new EnvironmentRegistry(builtInEnvironments);
const kernels = compileKernels();

function measureActor(settings: Partial<JobRequest>): number[] {
  const request = { environment: 'CartPole-v1', rolloutLength: 20, seed: 1, ...settings };
  const definition = registry.get(request.environment);
  const spec = resolveJobSpec(request, definition, () => 1);
  const algorithm = new AdvantageActorCritic({
    spec,
    definition,
    network: describeNetwork(spec, definition),
    random: Random.fromSeed(1),
    engine: new WasmEngine((memory) => instantiateKernels(kernels, memory)),
  });
  const layout = createParameterLayout(describeNetwork(spec, definition));
  algorithm.parameters.set(initializeParameters(layout, 'orthogonal', Random.fromSeed(2)));
  const { rollout } = algorithm;
  const environments = recordEnvironments(definition, rollout, Random.fromSeed(3));
  void environments.recorder.start();
  const timer = new PhaseTimer();
  const play = (): void => {
    for (let done = 0; done < stepsPerRun; done += rollout.shape.actedRows) {
      timer.beginRollout();
      algorithm.beginRollout(true, { progress: 0, entropyCoefficient: spec.entropyCoefficient });
      for (let step = 0; !rollout.isComplete; step += 1) {
        timer.enter('acting');
        algorithm.chooseActions(step);
        timer.enter('stepping');
        environments.play(step);
      }
      timer.enter('learning');
      algorithm.computeGradient();
      rollout.restart();
    }
  };
  play();
  return Array.from({ length: runs }, () => {
    const startedAt = process.cpuUsage();
    play();
    const { user, system } = process.cpuUsage(startedAt);
    return ((user + system) * 1000) / stepsPerRun;
  });
}

/** Normalization would be measured too. */
const unscaled = { normalizeObservations: false, normalizeRewards: false };
const cases: [string, Partial<JobRequest>][] = [
  ['tutorial network, 1 environment', { ...unscaled, network: tutorialNetwork, environmentsPerWorker: 1 }],
  ['tutorial network, 16 environments', { ...unscaled, network: tutorialNetwork, environmentsPerWorker: 16 }],
  ['64-64 tanh towers, 8 environments', { ...unscaled, network: twoTanhLayers, environmentsPerWorker: 8 }],
  ['preset of Catch, a convolution', { ...unscaled, environment: 'Catch-v0' }],
  ['preset of CartPolePositions, an LSTM', { ...unscaled, environment: 'CartPolePositions-v0' }],
];
console.log('nanoseconds of one thread per environment step');
for (const [name, settings] of cases) {
  const { median, min, max } = summarize(measureActor(settings));
  console.log(name.padEnd(36), [median, min, max].map((figure) => figure.toFixed(0).padStart(7)).join(''));
}
