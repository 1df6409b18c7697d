// Opening of a policy for many rows from the files of a model.
import type { Engine } from '../../shared/engines/engine.ts';
import { WasmEngine } from '../../shared/engines/wasm/wasm-engine.ts';
import { JsonPart } from '../../shared/model-format/json-part.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import type { ModelFiles } from '../../shared/model-format/read-model.ts';
import { countMultiplications } from '../../shared/network/count-multiplications.ts';
import { readPolicyCard, type PolicyCard } from '../card/read-policy-card.ts';
import { readPolicyModel, requireFile, type PolicyNetworkModel } from '../card/read-policy-model.ts';
import { RowPolicy } from './row-policy.ts';

export interface ReadModel {
  readonly card: PolicyCard;
  readonly files: ModelFiles;
  /** What the kernels compute; null for a topology of TensorFlow.js. */
  readonly network: PolicyNetworkModel | null;
  /** Multiplications for one row; Infinity for a topology, whose cost is not known. */
  readonly multiplications: number;
}

/** Reads the files of a model. Throws InvalidModelError. */
export function readRowModel(files: ModelFiles): ReadModel {
  const card = readPolicyCard(JsonPart.parse(modelFileNames.card, requireFile(files, modelFileNames.card)));
  if (card.hasTopology) return { card, files, network: null, multiplications: Infinity };
  const network = readPolicyModel(files, card);
  return { card, files, network, multiplications: countMultiplications(network.shape) };
}

/** Opens a model. Modules of TensorFlow.js are only loaded for a topology. Throws InvalidModelError. */
export async function openRowPolicy(
  { card, files, network }: ReadModel,
  kernels: WebAssembly.Module,
): Promise<RowPolicy> {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  if (network !== null) {
    const engine: Engine = WasmEngine.open(kernels);
    return new RowPolicy({ card, ...network, engine, seed });
  }
  const { openTfjsModel } = await import('../open-tfjs-model.ts');
  return new RowPolicy({ card, ...(await openTfjsModel(files, { kernels, backend: 'wasm' })), seed });
}
