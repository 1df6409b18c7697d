// Network of deterministic policy gradients in kernel memory that a network function computes.
import {
  createParameterLayout,
  type NetworkShape,
  type ParameterLayout,
} from '../../../network/parameter-layout.ts';
import { countElements } from '../../../network/shape.ts';
import type { DeterministicFunction, NetworkFunctions } from '../../network-function.ts';
import { NO_ADDRESS, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { DeterministicNetwork, DeterministicNetworkRows } from './memory-network.ts';

export class FunctionDeterministicNetwork implements DeterministicNetwork {
  readonly layout: ParameterLayout;
  readonly parameters: Address;
  readonly gradient: Address;
  readonly observations: Address;
  readonly policyOutputs: Address;
  readonly policyGradient: Address;
  /** A deterministic policy does not read features. */
  readonly policyFeatures = NO_ADDRESS;
  readonly pairs: Address;
  readonly pairSize: number;
  readonly pairGradient: Address;
  readonly values: Address;
  readonly valueGradient: Address;
  /** Replayed steps have no recurrent state. */
  readonly recurrence = null;
  #function: DeterministicFunction | null = null;

  constructor(
    plan: KernelMemoryPlan,
    shape: NetworkShape,
    { functions, actor, critic }: DeterministicNetworkRows & { readonly functions: NetworkFunctions },
  ) {
    const { policyOutputs, criticActionSize = 0 } = shape;
    const observationSize = countElements(shape.observationShape);
    const layout = createParameterLayout(shape);
    const pairSize = observationSize + criticActionSize;
    this.layout = layout;
    this.pairSize = pairSize;
    this.parameters = plan.reserve(layout.size);
    this.gradient = plan.reserve(layout.trainableSize);
    this.observations = plan.reserve(actor * observationSize);
    this.policyOutputs = plan.reserve(actor * policyOutputs);
    this.policyGradient = plan.reserve(actor * policyOutputs);
    this.pairs = plan.reserve(critic * pairSize);
    this.pairGradient = plan.reserve(critic * pairSize);
    this.values = plan.reserve(critic);
    this.valueGradient = plan.reserve(critic);
    plan.onBuild((memory) => {
      this.#function = functions.createDeterministic(shape, {
        layout,
        parameters: memory.view(this.parameters, layout.size),
        gradient: memory.view(this.gradient, layout.trainableSize),
        observations: memory.view(this.observations, actor * observationSize),
        policyOutputs: memory.view(this.policyOutputs, actor * policyOutputs),
        policyGradient: memory.view(this.policyGradient, actor * policyOutputs),
        pairs: memory.view(this.pairs, critic * pairSize),
        pairGradient: memory.view(this.pairGradient, critic * pairSize),
        values: memory.view(this.values, critic),
        valueGradient: memory.view(this.valueGradient, critic),
      });
    });
  }

  refresh(): void {
    this.#find().refresh();
  }

  forwardPolicy(_: Kernels, firstRow: number, rows: number): void {
    this.#find().forwardPolicy({ first: firstRow, end: firstRow + rows });
  }

  forwardCritic(_: Kernels, rows: number): void {
    this.#find().forwardCritic(rows);
  }

  backwardPolicy(_: Kernels, rows: number): void {
    this.#find().backwardPolicy(rows);
  }

  backwardCritic(_: Kernels, rows: number): void {
    this.#find().backwardCritic(rows);
  }

  #find(): DeterministicFunction {
    if (this.#function === null) throw new RangeError('the memory of this network has not been allocated');
    return this.#function;
  }
}
