// Actor-critic network in kernel memory that a network function computes. Observations are normalized by the kernels.
import { createParameterLayout } from '../../../network/parameter-layout.ts';
import type { NetworkShape, ParameterLayout } from '../../../network/parameter-layout.ts';
import { countElements } from '../../../network/shape.ts';
import type { ActorCriticFunction, NetworkFunctions, RowRange } from '../../network-function.ts';
import { NO_ADDRESS, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { ActorCriticNetwork, ActorCriticNetworkRows } from './memory-network.ts';
import { ObservationNormalization } from './observation-normalization.ts';
import { RecurrentState } from './recurrent-state.ts';

export class FunctionActorCriticNetwork implements ActorCriticNetwork {
  readonly layout: ParameterLayout;
  readonly parameters: Address;
  readonly gradient: Address;
  readonly observations: Address;
  readonly policyOutputs: Address;
  readonly policyGradient: Address;
  readonly policyFeatures: Address;
  readonly values: Address | null;
  readonly valueGradient: Address;
  readonly recurrence: RecurrentState | null;
  readonly #normalization: ObservationNormalization | null;
  #function: ActorCriticFunction | null = null;

  constructor(
    plan: KernelMemoryPlan,
    shape: NetworkShape,
    { functions, capacity, environments }: ActorCriticNetworkRows & { readonly functions: NetworkFunctions },
  ) {
    const { hasCritic = true, policyOutputs } = shape;
    const sizes = functions.measure(shape);
    const observationSize = countElements(shape.observationShape);
    const layout = createParameterLayout(shape);
    this.layout = layout;
    this.parameters = plan.reserve(layout.size);
    this.gradient = plan.reserve(layout.trainableSize);
    this.observations = plan.reserve(capacity * observationSize);
    this.#normalization = shape.normalizeObservations
      ? new ObservationNormalization(plan, this, capacity * observationSize)
      : null;
    this.policyOutputs = plan.reserve(capacity * policyOutputs);
    this.policyGradient = plan.reserve(capacity * policyOutputs);
    this.policyFeatures = plan.reserve(capacity * sizes.features);
    this.values = hasCritic ? plan.reserve(capacity) : null;
    this.valueGradient = hasCritic ? plan.reserve(capacity) : NO_ADDRESS;
    const recurrence = sizes.states.length > 0 ? new RecurrentState(plan, capacity, environments) : null;
    const slots = sizes.states.map((size) => ({
      size,
      address: recurrence?.reserveState(size) ?? NO_ADDRESS,
    }));
    this.recurrence = recurrence;
    plan.onBuild((memory) => {
      const viewRows = (address: Address, size = 1): Float32Array => memory.view(address, capacity * size);
      this.#function = functions.createActorCritic(shape, {
        layout,
        parameters: memory.view(this.parameters, layout.size),
        gradient: memory.view(this.gradient, layout.trainableSize),
        observations: viewRows(this.#normalization?.output ?? this.observations, observationSize),
        policyOutputs: viewRows(this.policyOutputs, policyOutputs),
        policyGradient: viewRows(this.policyGradient, policyOutputs),
        policyFeatures: sizes.features > 0 ? viewRows(this.policyFeatures, sizes.features) : null,
        values: this.values === null ? null : viewRows(this.values),
        valueGradient: this.values === null ? null : viewRows(this.valueGradient),
        recurrence: recurrence && {
          states: slots.map(({ size, address }) => ({
            size,
            slots: memory.view(address, recurrence.countSlotNumbers(size)),
          })),
          environments,
          findSlot: (row) => recurrence.findSlot(row),
        },
      });
    });
  }

  refresh(): void {
    this.#find().refresh();
  }

  forwardPolicy(kernels: Kernels, firstRow: number, rows: number): void {
    this.#normalization?.normalize(kernels, firstRow, rows);
    this.#forward('policy', firstRow, rows);
  }

  forwardValue(_: Kernels, firstRow: number, rows: number): void {
    // With recurrent states, the policy's pass has computed the values too.
    if (this.recurrence === null) this.#forward('values', firstRow, rows);
  }

  forwardValueOnly(kernels: Kernels, firstRow: number, rows: number): void {
    this.#normalization?.normalize(kernels, firstRow, rows);
    this.#forward('values', firstRow, rows);
  }

  backward(_: Kernels, rows: number): void {
    this.#find().backward([...this.#splitRows(0, rows)]);
  }

  measureRunning(rows: number, target: Float64Array): void {
    this.#find().measureRunning(rows, target);
  }

  #forward(outputs: 'policy' | 'values', firstRow: number, rows: number): void {
    if (this.values === null && outputs === 'values') return;
    const network = this.#find();
    for (const range of this.#splitRows(firstRow, rows)) network.forward(outputs, range);
  }

  /** Splits rows into ranges whose rows do not continue from each other. */
  *#splitRows(firstRow: number, rows: number): Generator<RowRange> {
    const end = firstRow + rows;
    for (let first = firstRow; first < end;) {
      const next = this.recurrence?.findGroupEnd(first, end) ?? end;
      yield { first, end: next };
      first = next;
    }
  }

  #find(): ActorCriticFunction {
    if (this.#function === null) throw new RangeError('the memory of this network has not been allocated');
    return this.#function;
  }
}
