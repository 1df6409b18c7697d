// Draws the settings of one trial: a whole job request, so that what was tried can be posted as it is.
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../shared/job/job-spec.ts';
import { InvalidJobError, resolveJobSpec } from '../../shared/job/resolve-job-spec.ts';
import type { Random } from '../../shared/random/random.ts';
import type { Distribution } from '../../shared/algorithms/dimension.ts';
import { listDimensions, optimizerTypes } from './search-space.ts';

/** Digits of a drawn number: more would only pretend that they matter. */
const SIGNIFICANT_DIGITS = 2;

/** What a search starts from. */
export interface SearchOrigin {
  readonly definition: EnvironmentDefinition;
  /** What the caller has decided; no trial differs in it. Its seed counts for nothing. */
  readonly fixed: JobRequest;
}

/**
 * What the fixed fields, the preset and the defaults make together. Throws InvalidJobError where they make no job, or
 * one that has nothing to tune.
 */
export function describeOrigin(origin: SearchOrigin): JobRequest {
  const spec = resolve(origin, origin.fixed);
  if (listDimensions(spec).length === 0) {
    throw new InvalidJobError([
      { path: 'algorithm', message: `there is nothing to tune about ${spec.algorithm}` },
    ]);
  }
  return describeTrial(spec, origin.fixed);
}

/** Settings drawn at random for everything that is not fixed. Throws InvalidJobError where the fixed fields make no job. */
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

/** Draws the kind of optimizer, unless a fixed field belongs to one kind only. */
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

/** All that a job would learn by, whatever presets there may be later; what concerns one job alone is left out. */
function describeTrial(spec: JobSpec, fixed: JobRequest): JobRequest {
  const { seed, workers, engine, name, metadata, stop, ...settings } = spec;
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
