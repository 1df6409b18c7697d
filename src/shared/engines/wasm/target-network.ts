// Target network: follows the learned parameters slowly or at intervals, so that targets stay nearly constant.
import { assertNever } from '../../errors/assert-never.ts';
import type { TargetUpdate } from '../deterministic-model.ts';
import type { Address } from './kernels/address.ts';
import type { KernelMemory } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import { takeFloat32, takeNumber, type ModelState } from '../model-state.ts';

/** A network's flat parameters. */
interface NetworkParameters {
  readonly parameters: Address;
  readonly layout: { readonly size: number };
  refresh(kernels: Kernels): void;
}

export class TargetNetwork<Network extends NetworkParameters> {
  readonly network: Network;
  readonly #spec: TargetUpdate;
  readonly #source: Address;
  readonly #sourceParameters: Float32Array;
  readonly #parameters: Float32Array;
  #updates = 0;

  /** `network` follows `learned`, which has the same layout. */
  constructor(
    spec: TargetUpdate,
    { learned, network, memory }: { learned: NetworkParameters; network: Network; memory: KernelMemory },
  ) {
    const { size } = network.layout;
    this.network = network;
    this.#spec = spec;
    this.#source = learned.parameters;
    this.#sourceParameters = memory.view(learned.parameters, size);
    this.#parameters = memory.view(network.parameters, size);
  }

  /** Call it once before each update. The first call copies the learned parameters. */
  follow(kernels: Kernels): void {
    const spec = this.#spec;
    const updates = this.#updates;
    this.#updates += 1;
    if (updates === 0) {
      this.#copy(kernels);
      return;
    }
    switch (spec.type) {
      case 'soft':
        kernels.blend(this.network.parameters, this.#source, this.#parameters.length, spec.fraction);
        this.network.refresh(kernels);
        return;
      case 'hard':
        if (updates % spec.everyUpdates === 0) this.#copy(kernels);
        return;
      default:
        assertNever(spec);
    }
  }

  getState(): ModelState {
    return { targetParameters: Float32Array.from(this.#parameters), targetUpdates: this.#updates };
  }

  setState(state: ModelState, kernels: Kernels): void {
    this.#parameters.set(takeFloat32(state, 'targetParameters'));
    this.#updates = takeNumber(state, 'targetUpdates');
    this.network.refresh(kernels);
  }

  #copy(kernels: Kernels): void {
    this.#parameters.set(this.#sourceParameters);
    this.network.refresh(kernels);
  }
}
