// Policy model on WebAssembly kernels, which acts greedily.
import { KernelMemoryPlan } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { ModelContext } from './model-context.ts';
import { createPolicyNetwork, type PolicyNetwork } from './network/memory-network.ts';
import type { RecurrentState } from './network/recurrent-state.ts';
import type { ParameterLayout } from '../../network/parameter-layout.ts';
import { createPolicy } from './policy/create-policy.ts';
import type { Policy } from './policy/policy.ts';
import type { PolicyModelOptions } from '../engine.ts';
import type { PolicyModel } from '../policy-model.ts';

export class WasmPolicyModel implements PolicyModel {
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array;
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly actionSize: number;
  readonly mask: Float32Array | null;
  readonly recurrence: RecurrentState | null;
  readonly #kernels: Kernels;
  readonly #network: PolicyNetwork;
  readonly #policy: Policy;

  constructor(options: PolicyModelOptions, { bindKernels, networks }: ModelContext) {
    const { shape, rows, observationSize } = options;
    const plan = new KernelMemoryPlan();
    const network = createPolicyNetwork(networks, plan, { shape, rows });
    const policy = createPolicy(plan, {
      spec: options.policy,
      spaces: options.spaces,
      hasMask: options.hasActionMask,
      network,
      capacity: rows,
      environments: 0,
    });
    const memory = plan.build();
    this.#kernels = bindKernels(memory);
    this.#network = network;
    this.#policy = policy;
    this.layout = network.layout;
    this.parameters = memory.view(network.parameters, network.layout.size);
    this.observations = memory.view(network.observations, rows * observationSize);
    this.actions = memory.view(policy.actions, rows * policy.actionSize);
    this.actionSize = policy.actionSize;
    this.mask = policy.mask === null ? null : memory.view(policy.mask, rows * policy.maskSize);
    this.recurrence = network.recurrence;
  }

  refresh(): void {
    this.#network.refresh(this.#kernels);
  }

  chooseMode(rows: number): void {
    this.#network.forwardPolicy(this.#kernels, 0, rows);
    this.#policy.chooseMode(this.#kernels, 0, rows);
  }
}
