// Turns a request into a full job spec: defaults ← preset ← request, then checked as a whole.
import type { AlgorithmRecord } from '../algorithms/algorithm-record.ts';
import { algorithms, findAlgorithm, readSettings } from '../algorithms/algorithms.ts';
import { AppError, type InputIssue } from '../errors/app-error.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { describeIssues } from '../fields/describe-issues.ts';
import { hasRecurrentLayer } from '../network/recurrent-layers.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import { noWrappers, wrappersSchema } from '../environments/wrappers/wrappers-spec.ts';
import { deriveSettings } from './derive-settings.ts';
import { findContradictions, listFittingPolicies } from './find-contradictions.ts';
import { jobSpecSchema, type Algorithm, type JobRequest, type JobSpec } from './job-spec.ts';
import { jobDefaults, optimizerDefaults } from './job-defaults.ts';
import { fitPreset, mergeNetwork } from './fit-preset.ts';
import type { Preset } from './preset.ts';
import { presets } from './presets.ts';

/** A request that does not make a job, with every reason. */
export class InvalidJobError extends AppError {
  readonly code = 'INVALID_JOB';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.issues = issues;
  }
}

/** The preset for an environment and algorithm: that algorithm's own, else the environment's first that serves it. */
export function findPreset(environment: string, algorithm: Algorithm | undefined): Preset | undefined {
  const candidates = presets.filter((preset) => preset.environment === environment);
  if (algorithm === undefined) return candidates[0];
  return (
    candidates.find((preset) => preset.algorithm === algorithm) ??
    candidates.find((preset) => canServe(preset, findAlgorithm(algorithm)))
  );
}

/** A preset of the same family, unless its network remembers and the algorithm learns from single steps. */
function canServe(preset: Preset, { traits: { family, learnsSequences } }: AlgorithmRecord): boolean {
  if (findAlgorithm(preset.algorithm).traits.family !== family) return false;
  const { layers = [], valueLayers } = preset.settings.network ?? {};
  return learnsSequences || !hasRecurrentLayer({ layers, valueLayers });
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
  const algorithm = request.algorithm ?? preset?.algorithm ?? jobDefaults.algorithm;
  const record = findAlgorithm(algorithm);
  const settings: Partial<JobRequest> = preset
    ? fitPreset(preset.settings, request, record.traits)
    : record.defaults;
  const wrappers = { ...jobDefaults.wrappers, ...settings.wrappers, ...request.wrappers };
  // Wrappers that are wrong are refused with all the rest, and until then there are none.
  const wrapped = wrapEnvironment(definition, wrappersSchema.catch(noWrappers).parse(wrappers));
  const derived = deriveSettings(request, { algorithm, preset, definition: wrapped });
  // A preset made for the algorithm has settled what follows from it, unless the request asks for whole episodes.
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
      // A preset tunes the critic's rate for separate towers; a trunk that the request shares has no use for it.
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
    throw new InvalidJobError(describeIssues(jobSpecSchema, parsed.error.issues));
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

/** The fields of the algorithms' own settings: of the job's algorithm, and of others that the request names by mistake. */
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
