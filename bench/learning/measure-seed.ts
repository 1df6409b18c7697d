// Measurement of one training run of a row, judged by fresh greedy episodes.
import { compileKernels } from '../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../src/shared/engines/wasm/wasm-engine.ts';
import { openEngine } from '../../src/shared/engines/open-engine.ts';
import type { TfjsBackend } from '../../src/shared/engines/engine-choice.ts';
import { wrapEnvironment } from '../../src/shared/environments/wrappers/wrap-environment.ts';
import { openBatch } from '../../src/shared/environments/open-batch.ts';
import { Random, train, type EnvironmentDefinition, type JobSpec } from '../../src/index.ts';
import { backendVariable, chooseEngine } from '../../src/master/engine/choose-engine.ts';
import { evaluatePolicy } from '../../src/master/evaluation/evaluate-policy.ts';
import { summarizeReturns } from '../../src/shared/job/summarize-returns.ts';
import { PolicyAgent } from '../../src/shared/agents/policy-agent.ts';
import { extractPolicyParameters } from '../../src/shared/model-format/policy-parameters.ts';
import { createParameterLayout } from '../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../src/shared/algorithms/describe-network.ts';
import { CurveRecorder, listGridSteps } from './curves.ts';
import { python } from './open-environment.ts';
import type { SeedResult } from './results.ts';
import type { Target } from './rows.ts';

/** Fresh episodes: their seeds are far from those of training and of evaluations during it. */
const JUDGE_SEED = 1_000_000;
export const defaultJudgeEpisodes = 100;
/** Runs that take longer print where they are, this often. */
const progressMs = 60_000;

export interface SeedMeasurement {
  readonly definition: EnvironmentDefinition;
  /** The job; its seed counts. */
  readonly spec: JobSpec;
  readonly target: Target | null;
  readonly backend?: TfjsBackend;
  /** Fresh greedy episodes that judge the run. */
  readonly judgeEpisodes?: number;
}

export async function measureSeed({
  definition: unwrapped,
  spec,
  target,
  backend,
  judgeEpisodes = defaultJudgeEpisodes,
}: SeedMeasurement): Promise<SeedResult> {
  const definition = wrapEnvironment(unwrapped, spec.wrappers);
  if (backend !== undefined) process.env[backendVariable] = backend;
  const judge = await judgeWith(definition, spec, judgeEpisodes);
  const { maxSteps } = spec.stop;
  const curve = new CurveRecorder(maxSteps === null ? [] : listGridSteps(maxSteps));
  const level = target?.type === 'greedyMean' ? target.atLeast : Number.POSITIVE_INFINITY;
  let stepsToTarget: number | null = null;
  const startedAt = performance.now();
  let printedAt = startedAt;
  const { best, finalParameters } = await train(spec, {
    python,
    onEpisode: (episode) => {
      curve.add(episode.steps, episode.return);
      if (performance.now() < printedAt + progressMs) return;
      printedAt = performance.now();
      console.log(
        `seed ${spec.seed}: ${episode.steps} steps, return of an episode ${episode.return.toFixed(1)}`,
      );
    },
    onEvaluation: ({ mean, steps }) => {
      if (mean >= level) stepsToTarget ??= steps;
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    seed: spec.seed,
    stepsToTarget,
    bestMean: await judge(best?.parameters ?? finalParameters),
    lastMean: await judge(finalParameters),
    distribution:
      target?.type === 'normalDistribution'
        ? await readDistribution(definition, spec, finalParameters)
        : null,
    seconds,
    curve: curve.finish(),
  };
}

/** Judge of parameters: the mean return of fresh greedy episodes. */
async function judgeWith(
  definition: EnvironmentDefinition,
  spec: JobSpec,
  episodes: number,
): Promise<(parameters: Float32Array) => Promise<number>> {
  const randomState = Random.fromSeed(JUDGE_SEED + spec.seed).getState();
  const network = describeNetwork(spec, definition);
  const choice = await chooseEngine({ ...spec, engine: 'auto' }, process.env[backendVariable]);
  const engine = await openEngine(choice, { kernels: compileKernels(), network });
  return async (parameters) => {
    const { policy } = spec;
    const judged = { definition, network, policy, parameters, engine, episodes, randomState };
    return summarizeReturns((await evaluatePolicy(judged)).returns, 0).mean;
  };
}

/** Mean and deviation of the first action, at the start of an episode. */
async function readDistribution(
  definition: EnvironmentDefinition,
  spec: JobSpec,
  parameters: Float32Array,
): Promise<SeedResult['distribution']> {
  const layout = createParameterLayout(describeNetwork(spec, definition));
  const [logStandardDeviations] = Object.values(extractPolicyParameters(layout, parameters));
  if (spec.policy.type !== 'gaussian' || logStandardDeviations?.[0] === undefined) {
    throw new Error(`a ${spec.policy.type} policy has no standard deviation beside its network to read`);
  }
  const batch = await openBatch(definition, { randoms: [Random.fromSeed(JUDGE_SEED)] });
  await batch.start();
  const agent = new PolicyAgent({
    definition,
    network: describeNetwork(spec, definition),
    policy: spec.policy,
    parameters,
    engine: WasmEngine.open(compileKernels()),
  });
  agent.observe(batch);
  agent.chooseActions();
  return {
    mean: agent.actions[0] ?? Number.NaN,
    standardDeviation: Math.exp(logStandardDeviations[0]),
  };
}
