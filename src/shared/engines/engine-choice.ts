// Choice of an engine: what computes a job's network, and on which backend.

/** `auto` stands for the kernels where they can compute the network, else for TensorFlow.js. */
export const requestedEngines = ['auto', 'wasm', 'tfjs'] as const;
export type RequestedEngine = (typeof requestedEngines)[number];

export type EngineName = Exclude<RequestedEngine, 'auto'>;

/** Backends of TensorFlow.js that are always there, the best first. */
export const includedBackends = ['wasm', 'cpu'] as const;
export type IncludedBackend = (typeof includedBackends)[number];

/** All backends of TensorFlow.js, the best first: `tensorflow` is that of its packages for Node.js. */
export const tfjsBackends = ['tensorflow', ...includedBackends] as const;
export type TfjsBackend = (typeof tfjsBackends)[number];

export type EngineChoice =
  | { readonly name: 'wasm'; readonly backend: 'simd'; readonly reason: null }
  | {
      readonly name: 'tfjs';
      readonly backend: TfjsBackend;
      /** Why no better backend was taken; null for the best one. */
      readonly reason: string | null;
      /** URL of the module that registers the backend `tensorflow`; absent for others. */
      readonly module?: string;
    };

/** The project's own WebAssembly kernels. */
export const kernelChoice: EngineChoice = { name: 'wasm', backend: 'simd', reason: null };

/** The parts of a job that decide about its engine. */
export interface EngineRequest {
  readonly engine: RequestedEngine;
  readonly network: {
    readonly modelTopology?: object | undefined;
    readonly modelDescription?: { readonly backend: IncludedBackend | null } | undefined;
  };
}

/** Returns the engine that a job asks for. The kernels compute every network but a topology of TensorFlow.js. */
export function resolveEngineName({ engine, network }: EngineRequest): EngineName {
  if (engine !== 'auto') return engine;
  return network.modelTopology ? 'tfjs' : 'wasm';
}

/** An engine before its job starts: the backend of TensorFlow.js is chosen where it starts. */
export type ForeseenEngine =
  EngineChoice | { readonly name: 'tfjs'; readonly backend: null; readonly reason: null };

export function foreseeEngine(request: EngineRequest): ForeseenEngine {
  const name = resolveEngineName(request);
  return name === 'wasm' ? kernelChoice : { name, backend: null, reason: null };
}
