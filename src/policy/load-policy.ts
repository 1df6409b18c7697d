// Loader of policies, with what differs between Node and browsers passed in.
import type { IncludedBackend } from '../shared/engines/engine-choice.ts';
import { requireMatchingFiles } from '../shared/artifacts/require-matching-files.ts';
import { WasmEngine } from '../shared/engines/wasm/wasm-engine.ts';
import { InvalidModelError } from '../shared/model-format/invalid-model-error.ts';
import { modelFileNames } from '../shared/model-format/model-files.ts';
import type { ModelFiles } from '../shared/model-format/read-model.ts';
import { JsonPart } from '../shared/model-format/json-part.ts';
import { readPolicyCard } from './card/read-policy-card.ts';
import { readPolicyModel, requireFile } from './card/read-policy-model.ts';
import { Policy } from './policy.ts';
import { fetchModelFiles, type FetchOptions } from './source/fetch-model-files.ts';
import { unzipModel } from '../shared/model-format/unzip-model.ts';

/**
 * A model: the address of a server's model (`http://127.0.0.1:8080/jobs/ID/models/best`) or of static files, the bytes
 * of a zip archive, and in Node also a directory or an archive, as a path or a file URL.
 */
export type ModelSource = string | URL | ArrayBuffer | Uint8Array;

export interface LoadPolicyOptions extends FetchOptions {
  /**
   * What computes the network: `auto` (the default) takes the kernels where they can, else TensorFlow.js, whose
   * packages are only loaded then.
   */
  readonly engine?: 'auto' | 'wasm' | 'tfjs';
  /**
   * Address of the directory that has kernels.wasm and kernels-simd.wasm, in browsers; default: where the package or
   * its bundler has them.
   */
  readonly kernels?: string;
}

export type LoadPolicy = (source: ModelSource, options?: LoadPolicyOptions) => Promise<Policy>;

export interface Platform {
  readonly loadKernels: (directory: string | undefined) => Promise<WebAssembly.Module>;
  /** Reads a source that is a local path; null if it is none. */
  readonly readLocal: (source: string) => Promise<ModelFiles> | null;
  /** Backend of TensorFlow.js. */
  readonly backend: IncludedBackend;
}

export function createLoadPolicy(platform: Platform): LoadPolicy {
  return async (source, options = {}) => {
    const files = await readFiles(source, platform, options);
    await requireMatchingFiles(files);
    const cardBytes = requireFile(files, modelFileNames.card);
    const card = readPolicyCard(JsonPart.parse(modelFileNames.card, cardBytes));
    const { engine: requested = 'auto', kernels: directory } = options;
    const kernels = await platform.loadKernels(directory);
    if (requested === 'tfjs' || (requested === 'auto' && card.hasTopology)) {
      const { openTfjsModel } = await import('./open-tfjs-model.ts');
      return new Policy({ card, ...(await openTfjsModel(files, { kernels, backend: platform.backend })) });
    }
    if (card.hasTopology)
      throw new InvalidModelError(
        "the model's network is a modelTopology, which the kernels cannot compute: leave out `engine`",
      );
    return new Policy({ card, ...readPolicyModel(files, card), engine: WasmEngine.open(kernels) });
  };
}

async function readFiles(
  source: ModelSource,
  platform: Platform,
  options: FetchOptions,
): Promise<ModelFiles> {
  if (source instanceof ArrayBuffer) return await unzipModel(new Uint8Array(source));
  if (source instanceof Uint8Array) return await unzipModel(source);
  const address = String(source);
  return (await platform.readLocal(address)) ?? (await fetchModelFiles(address, options));
}
