// Policy model on WebAssembly kernels: it only acts.
import { KernelMemoryPlan } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { ModelContext } from './model-context.ts';
import {
  createPolicyNetwork,
  type ActorCriticNetwork,
  type PolicyNetwork,
} from './network/memory-network.ts';
import type { RecurrentState } from './network/recurrent-state.ts';
import type { ParameterLayout } from '../../network/parameter-layout.ts';
import { createPolicy } from './policy/create-policy.ts';
import type { Policy } from './policy/policy.ts';
import type { PolicyModelOptions } from '../engine.ts';
import type { PolicyModel } from '../policy-model.ts';
import type { Random } from '../../random/random.ts';

export class WasmPolicyModel implements PolicyModel {
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array;
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly actionSize: number;
  readonly mask: Float32Array | null;
  readonly recurrence: RecurrentState | null;
  readonly values: Float32Array | null;
  readonly bytes: number;
  readonly #kernels: Kernels;
  readonly #network: PolicyNetwork;
  readonly #critic: ActorCriticNetwork | null;
  readonly #policy: Policy;
  /** Random numbers of the drawn actions; empty without `samples`. */
  readonly #noise: Float32Array;

  constructor(options: PolicyModelOptions, { bindKernels, networks }: ModelContext) {
    const { shape, rows, observationSize, samples = false } = options;
    const plan = new KernelMemoryPlan();
    const network = createPolicyNetwork(networks, plan, { shape, rows });
    const policy = createPolicy(plan, {
      spec: options.policy,
      spaces: options.spaces,
      hasMask: options.hasActionMask,
      network,
      capacity: rows,
      environments: samples ? rows : 0,
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
    const critic = 'forwardValue' in network && network.values !== null ? network : null;
    this.#critic = critic;
    const values = critic?.values ?? null;
    this.values = values === null ? null : memory.view(values, rows);
    this.#noise = memory.view(policy.noise, samples ? rows * policy.noiseSize : 0);
    this.bytes = memory.memory.buffer.byteLength;
  }

  refresh(): void {
    this.#network.refresh(this.#kernels);
  }

  chooseMode(rows: number): void {
    this.#network.forwardPolicy(this.#kernels, 0, rows);
    this.#policy.chooseMode(this.#kernels, 0, rows);
  }

  sample(rows: number, random: Random): void {
    const { noiseType, noiseSize, stepsPerDraw } = this.#policy;
    if (noiseType === 'exploration') {
      this.chooseMode(rows);
      return;
    }
    const count = rows * noiseSize;
    if (count > this.#noise.length) throw new RangeError('a model that samples is created with `samples`');
    for (let index = 0; index < count; index += 1)
      this.#noise[index] = noiseType === 'uniform' ? random.nextFloat() : random.nextNormal();
    if (stepsPerDraw !== null) this.#policy.prepare?.(this.#kernels, rows);
    this.#network.forwardPolicy(this.#kernels, 0, rows);
    this.#policy.sample(this.#kernels, 0, rows);
  }

  computeValues(rows: number): void {
    this.#critic?.forwardValue(this.#kernels, 0, rows);
  }
}
