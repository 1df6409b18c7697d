// Record of an algorithm: everything that the rest of the program asks about it. Nothing else compares algorithm
// names.
import type { z } from 'zod';
import type { ModelSize } from '../engines/model-size.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { InputIssue } from '../errors/app-error.ts';
import type { JobFields, RequestedJobFields } from '../job-fields/job-fields.ts';
import type { Dimension } from './dimension.ts';

/**
 * Settings that only one algorithm has. A job has them under the algorithm's name, and null under the names of other
 * algorithms.
 */
export interface OwnSettings<
  Spec extends z.ZodObject = z.ZodObject,
  Requested extends z.ZodObject = z.ZodObject,
> {
  readonly spec: Spec;
  /** The same schema with every field optional. */
  readonly requested: Requested;
  /** Adds the fields that neither the preset nor the request has. The result is checked with the rest of the job. */
  complete(given: GivenSettings<z.input<Requested>>): object;
}

/** Inputs for completing an algorithm's own settings. */
export interface GivenSettings<Requested> {
  readonly tuned: Requested | null | undefined;
  readonly requested: Requested | null | undefined;
  readonly policy: RequestedJobFields['policy'];
  readonly definition: EnvironmentDefinition;
}

/** Type of an algorithm's own settings in a job; null if it has none. */
export type SettingsOf<Own extends OwnSettings | null> = Own extends OwnSettings
  ? z.output<Own['spec']>
  : null;

type RequestedSettingsOf<Name extends string, Own extends OwnSettings | null> = Own extends OwnSettings
  ? Readonly<Partial<Record<Name, z.input<Own['requested']>>>>
  : object;

/** Settings tuned for an algorithm: any fields of a job, and the algorithm's own. */
export type TunedSettings<Name extends string, Own extends OwnSettings | null> = Omit<
  RequestedJobFields,
  'environment'
> &
  RequestedSettingsOf<Name, Own>;

/** A preset of one environment: settings with a description. */
export interface TunedEnvironment<Name extends string, Own extends OwnSettings | null> {
  readonly environment: string;
  readonly description: string;
  readonly settings: TunedSettings<Name, Own>;
  /** A job that names no algorithm gets the preset of another one. */
  readonly isSecondChoice?: true;
}

/** What an algorithm can do and how it is run. */
export interface AlgorithmTraits {
  /** Whether parameters change at all. */
  readonly learns: boolean;
  /** Whether it estimates values, with a part of the network. */
  readonly hasCritic: boolean;
  /** Whether workers wait for each other: their gradients are averaged, and the mean is applied once. */
  readonly learnsInRounds: boolean;
  /** Whether a rollout gives one gradient, or several with newer parameters in between. */
  readonly gradientsPerRollout: 'one' | 'several';
  /**
   * `any`: every policy that fits the action space; `own`: `findContradictions` of the algorithm says what its policy
   * must be.
   */
  readonly policies: 'any' | 'own';
  /** Algorithms of one family may use each other's presets. */
  readonly family: string;
  /**
   * Whether a preset's learning rates hold only for the network, optimizer and rollouts that they were tuned with.
   */
  readonly ratesNeedTheirNetwork: boolean;
  /** Whether it learns from sequences of steps, as a network with memory needs. */
  readonly learnsSequences: boolean;
  /** Episodes per update if the request gives none; null if updates need no whole episodes. */
  readonly wholeEpisodes: number | null;
  /** The only useful λ; null: any. */
  readonly gaeLambda: number | null;
  /** Gradients that a worker may have in flight; null: depends on the length of its rollouts. */
  readonly gradientsOnTheWay: number | null;
}

/** Size of a worker's rollouts. */
export interface RolloutSize {
  /** Rows of a rollout, including those for bootstrapping. */
  readonly rows: number;
  readonly environments: number;
}

/** Size of a replay buffer. */
export interface ReplaySize {
  readonly transitions: number;
  /** The field that sets the size. */
  readonly path: string;
}

export interface AlgorithmRecord<
  Name extends string = string,
  Own extends OwnSettings | null = OwnSettings | null,
> {
  readonly name: Name;
  /** A few words for help and documentation, without the name. */
  readonly description: string;
  readonly traits: AlgorithmTraits;
  readonly settings: Own;
  /** Differences from the job's defaults, for jobs without a preset. */
  readonly defaults: TunedSettings<Name, Own>;
  readonly presets: readonly TunedEnvironment<Name, Own>[];
  /**
   * Lists why the algorithm cannot train a job in an environment; empty if it can. Networks and limits are checked
   * already.
   */
  findContradictions(
    job: JobFields,
    settings: SettingsOf<Own>,
    definition: EnvironmentDefinition,
  ): InputIssue[];
  /** Lists what a search may vary, and between which values; empty if there is nothing to tune. */
  listDimensions(job: JobFields, settings: SettingsOf<Own>): readonly Dimension[];
  /** Lists the models that one worker opens. */
  listModels(job: JobFields, settings: SettingsOf<Own>, size: RolloutSize): readonly ModelSize[];
  /** The number of transitions in one worker's replay buffer; null without a replay buffer. */
  measureReplay(settings: SettingsOf<Own>): ReplaySize | null;
  /** The approximate KL divergence above which the gradient of a round is not applied; null: no limit. */
  readMaxKl(settings: SettingsOf<Own>): number | null;
}
