// Sampler of a trial's settings: each is a complete job request, which can be posted as it is.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../job/job-spec.ts';
import { InvalidJobError, resolveJobSpec } from '../job/resolve-job-spec.ts';
import type { Random } from '../random/random.ts';
import type { Distribution } from '../algorithms/dimension.ts';
import { listDimensions, optimizerTypes } from './search-space.ts';

/** Digits of a drawn number; more would not matter. */
const SIGNIFICANT_DIGITS = 2;

/** Starting point of a search. */
export interface SearchOrigin {
  readonly definition: EnvironmentDefinition;
  /** Settings chosen by the caller, the same in all trials. Its seed is not used. */
  readonly fixed: JobRequest;
}

/**
 * Combines the fixed fields, the preset and the defaults. Throws InvalidJobError if they make no valid job, or one
 * without settings to tune.
 */
export function describeOrigin(origin: SearchOrigin): JobRequest {
  const spec = resolve(origin, origin.fixed);
  if (listDimensions(spec).length === 0) {
    throw new InvalidJobError([{ path: 'algorithm', message: `${spec.algorithm} has no settings to tune` }]);
  }
  return describeTrial(spec, origin.fixed);
}

/** Draws all settings that are not fixed. Throws InvalidJobError if the fixed fields make no valid job. */
export function sampleSettings(origin: SearchOrigin, random: Random): JobRequest {
  const { fixed } = origin;
  const spec = drawOptimizer(origin, random);
  const settings = listDimensions(spec)
    .filter(({ path }) => read(fixed, path.split('.')) === undefined)
    .reduce(
      (request, { path, distribution }) => replace(request, path.split('.'), draw(distribution, random)),
      toRecord(describeTrial(spec, fixed)),
    );
  return jobRequestSchema.parse(settings);
}

/** Draws the type of optimizer, unless a fixed field belongs to one type only. */
function drawOptimizer(origin: SearchOrigin, random: Random): JobSpec {
  const { fixed } = origin;
  const { type, learningRate, criticLearningRate, schedule, epsilon, ...ofOneKind } = fixed.optimizer ?? {};
  if (type !== undefined || Object.keys(ofOneKind).length > 0) return resolve(origin, fixed);
  const drawn = optimizerTypes[random.nextInteger(optimizerTypes.length)];
  return resolve(origin, drawn ? { ...fixed, optimizer: { ...fixed.optimizer, type: drawn } } : fixed);
}

function resolve({ definition }: SearchOrigin, request: JobRequest): JobSpec {
  return resolveJobSpec(request, definition, () => 0);
}

/**
 * Lists everything that a job learns by, independent of later presets. Fields that concern only one job are left out.
 */
function describeTrial(spec: JobSpec, fixed: JobRequest): JobRequest {
  const { seed, workers, engine, name, metadata, webhook, stop, ...settings } = spec;
  const { seed: _searchSeed, ...decided } = fixed;
  return { ...decided, ...settings, stop: { maxSteps: stop.maxSteps, ...fixed.stop } };
}

function draw(distribution: Distribution, random: Random): number | boolean | undefined {
  switch (distribution.type) {
    case 'choice':
      return distribution.values[random.nextInteger(distribution.values.length)];
    case 'logUniform': {
      const { low, high } = distribution;
      const value = Math.exp(random.nextUniform(Math.log(low), Math.log(high)));
      return Number(value.toPrecision(SIGNIFICANT_DIGITS));
    }
  }
}

type SettingsRecord = Readonly<Record<string, unknown>>;

function toRecord(value: unknown): SettingsRecord {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function read(settings: unknown, [key = '', ...rest]: readonly string[]): unknown {
  const value = toRecord(settings)[key];
  return rest.length === 0 ? value : read(value, rest);
}

function replace(
  settings: SettingsRecord,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): SettingsRecord {
  return { ...settings, [key]: rest.length === 0 ? value : replace(toRecord(settings[key]), rest, value) };
}
