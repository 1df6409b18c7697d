// A trained policy that chooses its most probable action, for a batch of rows at once.
import type { EnvironmentBatch } from '../../shared/environments/environment-batch.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { KernelMemoryPlan } from '../../shared/kernels/kernel-memory.ts';
import type { Kernels } from '../../shared/kernels/kernels.ts';
import { compileKernels, instantiateKernels } from '../../shared/kernels/load-kernels.ts';
import { createPolicyNetwork, type PolicyNetwork } from '../../shared/network/policy-network.ts';
import { createPolicy } from '../../shared/policy/create-policy.ts';
import { describeNetwork, type PolicyDescription } from '../../shared/policy/describe-network.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { createActionClipper, type ActionClipper } from '../../shared/spaces/action-clipper.ts';
import { flatSize } from '../../shared/spaces/space.ts';

export interface GreedyAgentOptions {
  readonly definition: EnvironmentDefinition;
  readonly spec: PolicyDescription;
  readonly parameters: Float32Array;
  /** Rows acted on at once; 1 by default. */
  readonly rows?: number;
  /** Compiled kernels, where the caller has them. */
  readonly kernels?: WebAssembly.Module;
}

export class GreedyAgent {
  /** Actions of the last `chooseActions`, row by row, within the action space. */
  readonly actions: Float32Array;
  readonly actionSize: number;
  readonly #observations: Float32Array;
  readonly #mask: Float32Array | null;
  readonly #policy: Policy;
  readonly #network: PolicyNetwork;
  readonly #kernels: Kernels;
  readonly #rows: number;
  readonly #clipper: ActionClipper | null;

  constructor({ definition, spec, parameters, rows = 1, kernels = compileKernels() }: GreedyAgentOptions) {
    const observationSize = flatSize(definition.observationSpace);
    const plan = new KernelMemoryPlan();
    const network = createPolicyNetwork(plan, describeNetwork(spec, definition), rows);
    const policy = createPolicy(plan, {
      spec: spec.policy,
      spaces: definition,
      hasMask: definition.hasActionMask,
      network,
      capacity: rows,
      environments: 0,
    });
    const memory = plan.build();
    this.actions = memory.view(policy.actions, rows * policy.actionSize);
    this.actionSize = policy.actionSize;
    this.#observations = memory.view(network.observations, rows * observationSize);
    this.#mask = policy.mask === null ? null : memory.view(policy.mask, rows * policy.maskSize);
    this.#policy = policy;
    this.#network = network;
    this.#kernels = instantiateKernels(kernels, memory);
    this.#rows = rows;
    this.#clipper = createActionClipper(definition.actionSpace);
    memory.view(network.parameters, network.layout.size).set(parameters);
    network.refresh(this.#kernels);
  }

  /** Makes a row forget what it saw: call before the first step of each episode but the row's first. */
  startEpisode(row: number): void {
    this.#network.recurrence?.carry(row, null);
  }

  /** Reads what a batch of as many worlds as there are rows shows. */
  observe(batch: Pick<EnvironmentBatch, 'observe' | 'writeActionMasks'>): void {
    batch.observe(this.#observations, 0);
    if (this.#mask) batch.writeActionMasks?.(this.#mask, 0);
  }

  /** Chooses the actions of all rows from what they hold. */
  chooseActions(): void {
    this.#network.forwardPolicy(this.#kernels, 0, this.#rows);
    this.#policy.chooseMode(this.#kernels, 0, this.#rows);
    for (let row = 0; this.#clipper && row < this.#rows; row += 1) {
      this.#clipper.clip(this.actions, row * this.actionSize);
      this.actions.set(this.#clipper.action, row * this.actionSize);
    }
    for (let row = 0; row < this.#rows; row += 1) this.#network.recurrence?.carry(row, row);
  }
}
