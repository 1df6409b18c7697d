// Agent of a trained policy: chooses actions for a batch of rows at once, the most probable ones or drawn ones. It runs
// wherever an engine runs, also in a browser.
import type { Engine } from '../engines/engine.ts';
import type { PolicyModel } from '../engines/policy-model.ts';
import type { EnvironmentBatch } from '../environments/environment-batch.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { NetworkShape } from '../network/parameter-layout.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import type { Random } from '../random/random.ts';
import { createActionClipper, type ActionClipper } from '../spaces/action-clipper.ts';
import { flatSize } from '../spaces/space.ts';

export interface PolicyAgentOptions {
  readonly definition: EnvironmentDefinition;
  readonly network: NetworkShape;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  readonly engine: Engine;
  /** Number of rows acted on at once; default: 1. */
  readonly rows?: number;
  /** Draws actions with its numbers; null (the default): takes the most probable ones. */
  readonly random?: Random | null;
}

export class PolicyAgent {
  /** Actions of the last `chooseActions`, row by row, within the action space. */
  readonly actions: Float32Array;
  readonly actionSize: number;
  readonly #model: PolicyModel;
  readonly #rows: number;
  readonly #random: Random | null;
  readonly #clipper: ActionClipper | null;

  constructor({
    definition,
    network,
    policy,
    parameters,
    engine,
    rows = 1,
    random = null,
  }: PolicyAgentOptions) {
    const model = engine.createPolicy({
      shape: network,
      policy,
      spaces: definition,
      hasActionMask: definition.hasActionMask,
      observationSize: flatSize(definition.observationSpace),
      rows,
      samples: random !== null,
    });
    this.actions = model.actions;
    this.actionSize = model.actionSize;
    this.#model = model;
    this.#rows = rows;
    this.#random = random;
    this.#clipper = createActionClipper(definition.actionSpace);
    model.parameters.set(parameters);
    model.refresh();
  }

  /** Resets the recurrent state of a row. Call it before the first step of each episode, except the row's first. */
  startEpisode(row: number): void {
    this.#model.recurrence?.carry(row, null);
  }

  /** Reads the observations of a batch, with one environment for each row. */
  observe(batch: Pick<EnvironmentBatch, 'observe' | 'writeActionMasks'>): void {
    const { observations, mask } = this.#model;
    batch.observe(observations, 0);
    if (mask) batch.writeActionMasks?.(mask, 0);
  }

  /** Chooses the actions of all rows from their observations. */
  chooseActions(): void {
    const { recurrence } = this.#model;
    if (this.#random === null) this.#model.chooseMode(this.#rows);
    else this.#model.sample(this.#rows, this.#random);
    for (let row = 0; this.#clipper && row < this.#rows; row += 1) {
      this.#clipper.clip(this.actions, row * this.actionSize);
      this.actions.set(this.#clipper.action, row * this.actionSize);
    }
    for (let row = 0; row < this.#rows; row += 1) recurrence?.carry(row, row);
  }
}
