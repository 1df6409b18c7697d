// What the rest of the program asks of an algorithm. It never compares names: whatever differs from one algorithm to the
// next stands in a record.
import type { z } from 'zod';
import type { ModelSize } from '../engines/model-size.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { InputIssue } from '../errors/app-error.ts';
import type { JobFields, RequestedJobFields } from '../job-fields/job-fields.ts';
import type { Dimension } from './dimension.ts';

/** Settings that only one algorithm has. A job has them under the algorithm's name; for other algorithms it has null. */
export interface OwnSettings<
  Spec extends z.ZodObject = z.ZodObject,
  Requested extends z.ZodObject = z.ZodObject,
> {
  readonly spec: Spec;
  /** The same with every field optional. */
  readonly requested: Requested;
  /** Fills what neither a preset nor the request says; what comes of it is checked with the rest of the job. */
  complete(given: GivenSettings<z.input<Requested>>): object;
}

/** What is known where an algorithm's settings are filled in. */
export interface GivenSettings<Requested> {
  readonly tuned: Requested | null | undefined;
  readonly requested: Requested | null | undefined;
  readonly policy: RequestedJobFields['policy'];
  readonly definition: EnvironmentDefinition;
}

/** An algorithm's own settings as a job has them; null where it has none. */
export type SettingsOf<Own extends OwnSettings | null> = Own extends OwnSettings
  ? z.output<Own['spec']>
  : null;

type RequestedSettingsOf<Name extends string, Own extends OwnSettings | null> = Own extends OwnSettings
  ? Readonly<Partial<Record<Name, z.input<Own['requested']>>>>
  : object;

/** Settings tuned for an algorithm: any fields of a job, and its own. */
export type TunedSettings<Name extends string, Own extends OwnSettings | null> = Omit<
  RequestedJobFields,
  'environment'
> &
  RequestedSettingsOf<Name, Own>;

/** A job request with a reason. */
export interface TunedEnvironment<Name extends string, Own extends OwnSettings | null> {
  readonly environment: string;
  readonly description: string;
  readonly settings: TunedSettings<Name, Own>;
}

/** What an algorithm can do and how it is run. */
export interface AlgorithmTraits {
  /** Whether parameters change at all. */
  readonly learns: boolean;
  /** Whether it estimates values, by a part of the network. */
  readonly hasCritic: boolean;
  /** Whether workers wait for each other: their gradients are averaged, and the mean is applied once. */
  readonly learnsInRounds: boolean;
  /** Whether a rollout gives one gradient, or several with newer parameters in between. */
  readonly gradientsPerRollout: 'one' | 'several';
  /**
   * `any`: every policy that fits the action space; `own`: the algorithm says itself what its policy must be, in
   * `findContradictions`.
   */
  readonly policies: 'any' | 'own';
  /** Algorithms of one family may use each other's presets. */
  readonly family: string;
  /** Whether a preset's rates hold only for the network, optimizer and rollouts that they were tuned with. */
  readonly ratesNeedTheirNetwork: boolean;
  /** Whether it learns from how steps follow each other, as a network that remembers needs. */
  readonly learnsSequences: boolean;
  /** Episodes behind an update where the request does not say; null where updates need no whole episodes. */
  readonly wholeEpisodes: number | null;
  /** The only λ it makes sense with; null: any. */
  readonly gaeLambda: number | null;
  /** Gradients that a worker may have on the way; null: by the length of its rollouts. */
  readonly gradientsOnTheWay: number | null;
}

/** How much one worker acts on at once. */
export interface RolloutSize {
  /** Rows of a rollout, those that bootstrap included. */
  readonly rows: number;
  readonly environments: number;
}

/** What a replay buffer takes. */
export interface ReplaySize {
  readonly transitions: number;
  /** The field that says so. */
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
  /** What it needs otherwise than the job's defaults, where no preset says more. */
  readonly defaults: TunedSettings<Name, Own>;
  readonly presets: readonly TunedEnvironment<Name, Own>[];
  /** Why a job cannot be trained by it in an environment; none where it can. Networks and limits are checked already. */
  findContradictions(
    job: JobFields,
    settings: SettingsOf<Own>,
    definition: EnvironmentDefinition,
  ): InputIssue[];
  /** What a search may vary, and between which values; none where there is nothing to tune. */
  listDimensions(job: JobFields, settings: SettingsOf<Own>): readonly Dimension[];
  /** The models that one worker opens. */
  listModels(job: JobFields, settings: SettingsOf<Own>, size: RolloutSize): readonly ModelSize[];
  /** The transitions that one worker remembers; null where it remembers none. */
  measureReplay(settings: SettingsOf<Own>): ReplaySize | null;
  /** Approximate KL divergence from which on a round's gradient is not applied; null: any is. */
  readMaxKl(settings: SettingsOf<Own>): number | null;
}
