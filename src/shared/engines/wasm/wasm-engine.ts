// Engine on WebAssembly kernels.
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
import type { ModelContext } from './model-context.ts';
import { kernelNetworks } from './network/kernel-networks.ts';
import type { NetworkFactory } from './network/memory-network.ts';
import { WasmActorCriticModel } from './wasm-actor-critic-model.ts';
import { WasmDeterministicModel } from './wasm-deterministic-model.ts';
import { WasmParameterOptimizer } from './wasm-parameter-optimizer.ts';
import { WasmPolicyModel } from './wasm-policy-model.ts';

/** What computes the networks of an engine; policies, losses and optimizers are computed by the kernels in any case. */
export interface NetworkEngine {
  readonly name: string;
  readonly backend: string;
  readonly networks: NetworkFactory;
  /** Releases what the networks hold. */
  readonly close?: () => void;
}

const kernelEngine: NetworkEngine = { name: 'wasm', backend: 'simd', networks: kernelNetworks };

export class WasmEngine implements Engine {
  readonly name: string;
  readonly backend: string;
  readonly #context: ModelContext;
  readonly #close: (() => void) | undefined;

  /** `bindKernels` instantiates the kernels of a memory. */
  constructor(bindKernels: ModelContext['bindKernels'], { name, backend, networks, close } = kernelEngine) {
    this.name = name;
    this.backend = backend;
    this.#context = { bindKernels, networks };
    this.#close = close;
  }

  /** Creates the engine of a compiled module (see compileKernels). */
  static open(module: WebAssembly.Module, networkEngine = kernelEngine): WasmEngine {
    return new WasmEngine((memory) => instantiateKernels(module, memory), networkEngine);
  }

  createActorCritic(options: ActorCriticModelOptions): ActorCriticModel {
    return new WasmActorCriticModel(options, this.#context);
  }

  createDeterministic(options: DeterministicModelOptions): DeterministicModel {
    return new WasmDeterministicModel(options, this.#context);
  }

  createPolicy(options: PolicyModelOptions): PolicyModel {
    return new WasmPolicyModel(options, this.#context);
  }

  createOptimizer(options: ParameterOptimizerOptions): ParameterOptimizer {
    return new WasmParameterOptimizer(options, this.#context.bindKernels);
  }

  close(): void {
    this.#close?.();
  }
}
