// The engine of our own WebAssembly kernels.
import type { KernelMemory } from '../../kernels/kernel-memory.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { ActorCriticModel } from '../actor-critic-model.ts';
import type { DeterministicModel } from '../deterministic-model.ts';
import type { ActorCriticModelOptions, DeterministicModelOptions, Engine } from '../engine.ts';
import { WasmActorCriticModel } from './wasm-actor-critic-model.ts';
import { WasmDeterministicModel } from './wasm-deterministic-model.ts';

export class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly backend = 'simd';
  readonly #bindKernels: (memory: KernelMemory) => Kernels;

  constructor(bindKernels: (memory: KernelMemory) => Kernels) {
    this.#bindKernels = bindKernels;
  }

  createActorCritic(options: ActorCriticModelOptions): ActorCriticModel {
    return new WasmActorCriticModel(options, this.#bindKernels);
  }

  createDeterministic(options: DeterministicModelOptions): DeterministicModel {
    return new WasmDeterministicModel(options, this.#bindKernels);
  }
}
