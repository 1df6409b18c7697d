// Turns a request into a full job spec: defaults ← preset ← request, then checked as a whole.
import { AppError, type InputIssue } from '../errors/app-error.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { findMisfit } from '../network/layer-shapes.ts';
import type { NetworkSpec } from '../network/network-spec.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import type { ActionSpace } from '../spaces/space.ts';
import { estimateWorkerMemory, maxWorkerMemoryBytes } from './estimate-worker-memory.ts';
import { jobSpecSchema, type JobRequest, type JobSpec } from './job-spec.ts';
import { jobDefaults, optimizerDefaults, presets, type Preset } from './presets.ts';

/** A request that does not make a job, with every reason. */
export class InvalidJobError extends AppError {
  readonly code = 'INVALID_JOB';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.issues = issues;
  }
}

/** The preset for an environment and algorithm: that algorithm's own, else the environment's first. */
export function findPreset(environment: string, algorithm: string | undefined): Preset | undefined {
  const candidates = presets.filter((preset) => preset.environment === environment);
  return candidates.find((preset) => preset.algorithm === algorithm) ?? candidates[0];
}

/**
 * Resolves a request for a known environment. `drawSeed` provides the seed where the request has none.
 * Throws InvalidJobError naming each path at fault.
 */
export function resolveJobSpec(
  request: JobRequest,
  definition: EnvironmentDefinition,
  drawSeed: () => number,
): JobSpec {
  const preset = findPreset(definition.id, request.algorithm);
  const settings: Partial<JobRequest> = preset?.settings ?? {};
  const optimizerType = request.optimizer?.type ?? settings.optimizer?.type ?? 'adam';
  const presetOptimizer = settings.optimizer?.type === optimizerType ? settings.optimizer : {};
  const network = { ...jobDefaults.network, ...settings.network, ...request.network };
  const merged = {
    ...jobDefaults,
    ...(preset && { algorithm: preset.algorithm }),
    ...settings,
    ...request,
    seed: request.seed ?? settings.seed ?? drawSeed(),
    policy: request.policy ?? settings.policy ?? { type: policiesBySpace[definition.actionSpace.type][0] },
    optimizer: {
      ...optimizerDefaults[optimizerType],
      ...presetOptimizer,
      // A preset tunes the critic's rate for separate towers; a trunk that the request shares has no use for it.
      ...(network.shared && { criticLearningRate: null }),
      ...request.optimizer,
    },
    network,
    stop: {
      ...jobDefaults.stop,
      targetReward: definition.rewardThreshold,
      ...settings.stop,
      ...request.stop,
    },
    evaluation: { ...jobDefaults.evaluation, ...settings.evaluation, ...request.evaluation },
  };
  const parsed = jobSpecSchema.safeParse(merged);
  if (!parsed.success) {
    throw new InvalidJobError(
      parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    );
  }
  const issues = findContradictions(parsed.data, definition);
  if (issues.length > 0) throw new InvalidJobError(issues);
  return parsed.data;
}

/** The policies that fit each kind of action space; the first is what a job gets that asks for none. */
const policiesBySpace: Readonly<Record<ActionSpace['type'], readonly PolicySpec['type'][]>> = {
  discrete: ['categorical'],
  multiDiscrete: ['multiCategorical'],
  box: ['gaussian', 'gaussianStateDependent'],
};

/** Combinations that each field alone allows and that cannot be trained. */
function findContradictions(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const issues: InputIssue[] = [];
  if (spec.network.shared && spec.network.valueLayers) {
    issues.push({
      path: 'network.valueLayers',
      message: 'only separate towers have value layers; set network.shared to false',
    });
  }
  if (spec.network.shared && spec.optimizer.criticLearningRate !== null) {
    issues.push({
      path: 'optimizer.criticLearningRate',
      message: 'a shared trunk has one learning rate; set network.shared to false',
    });
  }
  issues.push(...findMisfittingLayers(spec.network, definition));
  const { type: spaceType } = definition.actionSpace;
  const fitting = policiesBySpace[spaceType];
  if (!fitting.includes(spec.policy.type)) {
    issues.push({
      path: 'policy.type',
      message: `${definition.id} has ${spaceType} actions; they need a policy of type ${fitting.join(' or ')}`,
    });
  }
  const { maxSteps, maxEpisodes, maxSeconds, targetReward } = spec.stop;
  if (maxSteps === null && maxEpisodes === null && maxSeconds === null && targetReward === null) {
    issues.push({ path: 'stop', message: 'a job needs at least one limit' });
  }
  if (spec.optimizer.schedule === 'linear' && maxSteps === null) {
    issues.push({ path: 'optimizer.schedule', message: 'a linear schedule needs stop.maxSteps' });
  }
  return issues.length > 0 ? issues : findMemoryExcess(spec, definition);
}

/** Layers that cannot take what the observation or the layers before them give. */
function findMisfittingLayers(
  { layers, valueLayers = [] }: NetworkSpec,
  { observationSpace }: EnvironmentDefinition,
): InputIssue[] {
  return Object.entries({ layers, valueLayers }).flatMap(([field, tower]) => {
    const misfit = findMisfit(observationSpace.shape, tower);
    return misfit ? [{ path: `network.${field}.${misfit.index}`, message: misfit.reason }] : [];
  });
}

function findMemoryExcess(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const { networkBytes, rolloutBytes } = estimateWorkerMemory(spec, definition);
  if (networkBytes + rolloutBytes <= maxWorkerMemoryBytes) return [];
  const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  return [
    {
      path: networkBytes > rolloutBytes ? 'network' : 'rolloutLength',
      message:
        `a worker would need ${gibibytes(networkBytes)} GiB for its network and ${gibibytes(rolloutBytes)} GiB for a ` +
        `rollout of rolloutLength × environmentsPerWorker steps; ${gibibytes(maxWorkerMemoryBytes)} GiB is the limit`,
    },
  ];
}
