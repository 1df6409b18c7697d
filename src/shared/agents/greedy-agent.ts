// A trained policy that chooses its most probable action, for a batch of rows at once. It runs wherever an engine does,
// in a browser too.
import type { Engine } from '../engines/engine.ts';
import type { PolicyModel } from '../engines/policy-model.ts';
import type { EnvironmentBatch } from '../environments/environment-batch.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { NetworkShape } from '../network/parameter-layout.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import { createActionClipper, type ActionClipper } from '../spaces/action-clipper.ts';
import { flatSize } from '../spaces/space.ts';

export interface GreedyAgentOptions {
  readonly definition: EnvironmentDefinition;
  readonly network: NetworkShape;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  readonly engine: Engine;
  /** Rows acted on at once; 1 by default. */
  readonly rows?: number;
}

export class GreedyAgent {
  /** Actions of the last `chooseActions`, row by row, within the action space. */
  readonly actions: Float32Array;
  readonly actionSize: number;
  readonly #model: PolicyModel;
  readonly #rows: number;
  readonly #clipper: ActionClipper | null;

  constructor({ definition, network, policy, parameters, engine, rows = 1 }: GreedyAgentOptions) {
    const model = engine.createPolicy({
      shape: network,
      policy,
      spaces: definition,
      hasActionMask: definition.hasActionMask,
      observationSize: flatSize(definition.observationSpace),
      rows,
    });
    this.actions = model.actions;
    this.actionSize = model.actionSize;
    this.#model = model;
    this.#rows = rows;
    this.#clipper = createActionClipper(definition.actionSpace);
    model.parameters.set(parameters);
    model.refresh();
  }

  /** Makes a row forget what it saw: call before the first step of each episode but the row's first. */
  startEpisode(row: number): void {
    this.#model.recurrence?.carry(row, null);
  }

  /** Reads what a batch of as many worlds as there are rows shows. */
  observe(batch: Pick<EnvironmentBatch, 'observe' | 'writeActionMasks'>): void {
    const { observations, mask } = this.#model;
    batch.observe(observations, 0);
    if (mask) batch.writeActionMasks?.(mask, 0);
  }

  /** Chooses the actions of all rows from what they hold. */
  chooseActions(): void {
    const { recurrence } = this.#model;
    this.#model.chooseMode(this.#rows);
    for (let row = 0; this.#clipper && row < this.#rows; row += 1) {
      this.#clipper.clip(this.actions, row * this.actionSize);
      this.actions.set(this.#clipper.action, row * this.actionSize);
    }
    for (let row = 0; row < this.#rows; row += 1) recurrence?.carry(row, row);
  }
}
