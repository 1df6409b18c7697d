// Engine on WebAssembly kernels.
import type { KernelMemory } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import { instantiateKernels } from './kernels/instantiate-kernels.ts';
import type { ActorCriticModel } from '../actor-critic-model.ts';
import type { DeterministicModel } from '../deterministic-model.ts';
import type {
  ActorCriticModelOptions,
  DeterministicModelOptions,
  Engine,
  ParameterOptimizerOptions,
  PolicyModelOptions,
} from '../engine.ts';
import type { ParameterOptimizer } from '../parameter-optimizer.ts';
import type { PolicyModel } from '../policy-model.ts';
import { WasmActorCriticModel } from './wasm-actor-critic-model.ts';
import { WasmDeterministicModel } from './wasm-deterministic-model.ts';
import { WasmParameterOptimizer } from './wasm-parameter-optimizer.ts';
import { WasmPolicyModel } from './wasm-policy-model.ts';

export class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly backend = 'simd';
  readonly #bindKernels: (memory: KernelMemory) => Kernels;

  /** `bindKernels` instantiates the kernels of a memory. */
  constructor(bindKernels: (memory: KernelMemory) => Kernels) {
    this.#bindKernels = bindKernels;
  }

  /** Creates the engine of a compiled module (see compileKernels). */
  static open(module: WebAssembly.Module): WasmEngine {
    return new WasmEngine((memory) => instantiateKernels(module, memory));
  }

  createActorCritic(options: ActorCriticModelOptions): ActorCriticModel {
    return new WasmActorCriticModel(options, this.#bindKernels);
  }

  createDeterministic(options: DeterministicModelOptions): DeterministicModel {
    return new WasmDeterministicModel(options, this.#bindKernels);
  }

  createPolicy(options: PolicyModelOptions): PolicyModel {
    return new WasmPolicyModel(options, this.#bindKernels);
  }

  createOptimizer(options: ParameterOptimizerOptions): ParameterOptimizer {
    return new WasmParameterOptimizer(options, this.#bindKernels);
  }
}
