// What the models of an engine are created with.
import type { KernelMemory } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { NetworkFactory } from './network/memory-network.ts';

export interface ModelContext {
  /** Instantiates the kernels of a memory, which compute policies and losses. */
  readonly bindKernels: (memory: KernelMemory) => Kernels;
  readonly networks: NetworkFactory;
}
