// Resolution of a request into a full job spec: defaults ← preset ← request, then a check of the whole spec.
import type { AlgorithmRecord } from '../algorithms/algorithm-record.ts';
import { splitEnvironmentId } from '../environments/environment-settings.ts';
import { algorithms, findAlgorithm, readSettings } from '../algorithms/algorithms.ts';
import { AppError, type InputIssue } from '../errors/app-error.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { describeIssues } from '../fields/describe-issues.ts';
import { hasRecurrentLayer } from '../network/recurrent-layers.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import { noWrappers } from '../environments/wrappers/no-wrappers.ts';
import { wrappersSchema } from '../environments/wrappers/wrappers-spec.ts';
import { deriveSettings } from './derive-settings.ts';
import { findContradictions, listFittingPolicies } from './find-contradictions.ts';
import {
  jobRequestSchema,
  jobSpecSchema,
  type Algorithm,
  type JobRequest,
  type JobSpec,
} from './job-spec.ts';
import { jobDefaults, optimizerDefaults } from './job-defaults.ts';
import { fitPreset, mergeNetwork } from './fit-preset.ts';
import type { Preset } from './preset.ts';
import { presets } from './presets.ts';

/** A request that cannot become a job, with every reason. */
export class InvalidJobError extends AppError {
  readonly code = 'INVALID_JOB';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.issues = issues;
  }
}

/**
 * Returns the preset for an environment and algorithm: that algorithm's own, or the environment's first suitable
 * preset. An environment with settings of its own has the preset of the one without.
 */
export function findPreset(environment: string, algorithm: Algorithm | undefined): Preset | undefined {
  const { id } = splitEnvironmentId(environment);
  const candidates = presets.filter((preset) => preset.environment === id);
  if (algorithm === undefined) return candidates[0];
  return (
    candidates.find((preset) => preset.algorithm === algorithm) ??
    candidates.find((preset) => canServe(preset, findAlgorithm(algorithm)))
  );
}

/**
 * Whether an algorithm can use a preset: it must be of the same family, and an algorithm that learns from single
 * steps cannot use a network with memory.
 */
function canServe(preset: Preset, { traits: { family, learnsSequences } }: AlgorithmRecord): boolean {
  if (findAlgorithm(preset.algorithm).traits.family !== family) return false;
  const { layers = [], valueLayers } = preset.settings.network ?? {};
  return learnsSequences || !hasRecurrentLayer({ layers, valueLayers });
}

/** Checks the fields of a request, one by one. Throws InvalidJobError that names the path of each mistake. */
export function parseJobRequest(request: unknown): JobRequest {
  const parsed = jobRequestSchema.safeParse(request);
  if (parsed.success) return parsed.data;
  throw new InvalidJobError(describeIssues(jobRequestSchema, parsed.error.issues, request));
}

/**
 * Resolves a request for a known environment. `drawSeed` provides the seed if the request has none.
 * Throws InvalidJobError that names the path of each mistake.
 */
export function resolveJobSpec(
  request: JobRequest,
  definition: EnvironmentDefinition,
  drawSeed: () => number,
): JobSpec {
  const preset = findPreset(definition.id, request.algorithm);
  const algorithm = request.algorithm ?? preset?.algorithm ?? jobDefaults.algorithm;
  const record = findAlgorithm(algorithm);
  const settings: Partial<JobRequest> = preset
    ? fitPreset(preset.settings, request, record.traits)
    : record.defaults;
  const wrappers = { ...jobDefaults.wrappers, ...settings.wrappers, ...request.wrappers };
  // Invalid wrappers are reported together with all other mistakes; until then they are ignored.
  const wrapped = wrapEnvironment(definition, wrappersSchema.catch(noWrappers).parse(wrappers));
  const derived = deriveSettings(request, { algorithm, preset, definition: wrapped });
  // A preset of the same algorithm has already set what could be derived, unless the request asks for whole episodes.
  const isSettled = preset?.algorithm === algorithm && !request.rolloutEpisodes;
  const optimizerType = request.optimizer?.type ?? settings.optimizer?.type ?? 'adam';
  const presetOptimizer = settings.optimizer?.type === optimizerType ? settings.optimizer : {};
  const network = mergeNetwork(settings.network, request.network);
  const merged = {
    ...jobDefaults,
    ...(isSettled && derived),
    ...settings,
    ...(!isSettled && derived),
    ...request,
    algorithm,
    seed: request.seed ?? settings.seed ?? drawSeed(),
    policy: request.policy ?? settings.policy ?? { type: listFittingPolicies(definition.actionSpace)[0] },
    optimizer: {
      ...optimizerDefaults[optimizerType],
      ...presetOptimizer,
      // A preset tunes the critic's learning rate for separate towers. A shared trunk does not use it.
      ...(network.shared && { criticLearningRate: null }),
      ...request.optimizer,
    },
    network,
    ...completeSettings({ algorithm, request, settings, definition }),
    wrappers,
    stop: {
      ...jobDefaults.stop,
      targetReward: definition.rewardThreshold,
      ...settings.stop,
      ...request.stop,
    },
    checkpoint: { ...jobDefaults.checkpoint, ...settings.checkpoint, ...request.checkpoint },
    evaluation: { ...jobDefaults.evaluation, ...settings.evaluation, ...request.evaluation },
  };
  const parsed = jobSpecSchema.safeParse(merged);
  if (!parsed.success) {
    throw new InvalidJobError(describeIssues(jobSpecSchema, parsed.error.issues, merged));
  }
  const issues = findContradictions(parsed.data, definition);
  if (issues.length > 0) throw new InvalidJobError(issues);
  return parsed.data;
}

interface Completion {
  readonly algorithm: Algorithm;
  readonly request: JobRequest;
  readonly settings: Partial<JobRequest>;
  readonly definition: EnvironmentDefinition;
}

/**
 * Completes the algorithms' own settings: those of the job's algorithm, and those that the request gives by mistake
 * for other algorithms.
 */
function completeSettings({ algorithm, request, settings, definition }: Completion): object {
  const policy = request.policy ?? settings.policy;
  const completed = new Map<string, object | null>();
  for (const record of algorithms) {
    if (record.settings === null) continue;
    const requested = readSettings(request, record);
    const isUsed = record.name === algorithm || requested !== null;
    const given = { tuned: readSettings(settings, record), requested, policy, definition };
    completed.set(record.name, isUsed ? record.settings.complete(given) : null);
  }
  return Object.fromEntries(completed);
}
