// Rollout memory: steps × environments rows of observations, actions and rewards. Rows are in lockstep order (row
// t·environments + e). After them come one row per environment for the observation after the last step, and rows for
// the final observations of truncated episodes.
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { RecurrentRows } from '../shared/engines/actor-critic-model.ts';
import { countVariables } from '../shared/normalization/moments.ts';
import { CONTINUES } from '../shared/returns/generalized-advantage.ts';
import { flatSize } from '../shared/spaces/space.ts';

/** Maximum size of a rollout. */
export interface RolloutShape {
  readonly steps: number;
  readonly environments: number;
  /** Number of whole episodes that end a rollout early; null without such a limit. */
  readonly wholeEpisodes: number | null;
  readonly observationSize: number;
  /** Numbers of an observation that are normalized with statistics of their own. */
  readonly observationVariables: number;
  readonly actionSize: number;
  /** Number of rows with actions: steps × environments. */
  readonly actedRows: number;
  /** Number of all rows, including those used only for bootstrapping. */
  readonly capacity: number;
}

export function planRollout(
  spec: Pick<JobSpec, 'rolloutLength' | 'environmentsPerWorker' | 'rolloutEpisodes'>,
  definition: EnvironmentDefinition,
): RolloutShape {
  const { rolloutLength: steps, environmentsPerWorker: environments, rolloutEpisodes: wholeEpisodes } = spec;
  const limit = definition.maxEpisodeSteps;
  const truncationsAtLimit = limit === null ? 0 : Math.ceil(steps / limit);
  const truncationsPerEnvironment = definition.truncatesItself === true ? steps : truncationsAtLimit;
  const actedRows = steps * environments;
  return {
    steps,
    environments,
    wholeEpisodes,
    observationSize: flatSize(definition.observationSpace),
    observationVariables: countVariables(definition.observationSpace.shape),
    actionSize: flatSize(definition.actionSpace),
    actedRows,
    capacity: actedRows + environments * (1 + truncationsPerEnvironment),
  };
}

/** Arrays that hold the rows; some are views of the kernels' memory. */
export interface RolloutViews {
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  /** For each row, 1 for allowed and 0 for forbidden actions; null without masks. */
  readonly mask: Float32Array | null;
  /** Recurrent states of the rows; null if the network has none. */
  readonly recurrence?: RecurrentRows | null;
}

export class Rollout {
  readonly shape: RolloutShape;
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly mask: Float32Array | null;
  readonly maskSize: number;
  readonly recurrence: RecurrentRows | null;
  readonly rewards: Float32Array;
  readonly ends: Uint8Array<ArrayBuffer>;
  readonly finalRows: Int32Array;
  /** Number of rows acted on so far; the next observations follow them. */
  actedRows = 0;
  /** Row of the next final observation. Final observations come after all rows that can be acted on. */
  usedRows: number;
  /** Number of episodes that ended in this rollout; `episodes` has pairs of return and length. */
  episodeCount = 0;
  readonly episodes: Float64Array;

  constructor(shape: RolloutShape, views: RolloutViews) {
    this.shape = shape;
    this.observations = views.observations;
    this.actions = views.actions;
    this.mask = views.mask;
    this.maskSize = views.mask ? views.mask.length / shape.capacity : 0;
    this.recurrence = views.recurrence ?? null;
    this.rewards = new Float32Array(shape.actedRows);
    this.ends = new Uint8Array(shape.actedRows);
    this.finalRows = new Int32Array(shape.actedRows);
    this.episodes = new Float64Array(2 * shape.actedRows);
    this.usedRows = shape.actedRows + shape.environments;
  }

  get isComplete(): boolean {
    const { actedRows, wholeEpisodes } = this.shape;
    return this.actedRows === actedRows || (wholeEpisodes !== null && this.episodeCount >= wholeEpisodes);
  }

  /** First row of the final observations. */
  get firstFinalRow(): number {
    return this.shape.actedRows + this.shape.environments;
  }

  /** Starts the next rollout: the observations after the last step become its first ones. */
  restart(): void {
    const { environments, observationSize } = this.shape;
    const first = this.actedRows;
    const end = first + environments;
    this.observations.copyWithin(0, first * observationSize, end * observationSize);
    this.mask?.copyWithin(0, first * this.maskSize, end * this.maskSize);
    if (this.recurrence) this.#carryStates(this.recurrence);
    this.actedRows = 0;
    this.usedRows = this.firstFinalRow;
    this.episodeCount = 0;
  }

  #carryStates(recurrence: RecurrentRows): void {
    const { environments } = this.shape;
    for (let environment = 0; environment < environments; environment += 1) {
      const lastRow = this.actedRows - environments + environment;
      recurrence.carry(environment, this.ends[lastRow] === CONTINUES ? lastRow : null);
    }
  }
}
