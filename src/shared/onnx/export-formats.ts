// Formats other than model.json that a model can be had in, as single files.
import type { FilePiece } from '../model-format/file-piece.ts';
import { locateWeights, requireWeightBytes } from '../model-format/locate-weights.ts';
import { parseLayersModel } from '../model-format/parse-layers-model.ts';
import type { ModelCard } from '../model-format/model-card.ts';
import type { LayersModel } from '../topology/layers-model.ts';

export const exportFormats = ['onnx', 'safetensors'] as const;
export type ExportFormat = (typeof exportFormats)[number];

interface Writer {
  /** Must change if the same model would give another file. */
  readonly version: number;
  /** Loads the writer: a server starts without the packages of ONNX. */
  readonly load: () => Promise<(model: LayersModel, card: ModelCard) => FilePiece[]>;
}

export const exportWriters: Readonly<Record<ExportFormat, Writer>> = {
  onnx: {
    version: 1,
    load: async () => (await import('./create-onnx-model.ts')).createOnnxModel,
  },
  safetensors: {
    version: 1,
    load: async () => (await import('../model-format/create-safetensors.ts')).createSafetensors,
  },
};

export interface StoredModel {
  /** Parsed model.json. */
  readonly modelJson: unknown;
  readonly card: ModelCard;
  /** Size of weights.bin. */
  readonly weightBytes: number;
}

/** Creates the file in a format. Throws InvalidModelError if the files of the model do not fit together. */
export async function exportModel(format: ExportFormat, stored: StoredModel): Promise<FilePiece[]> {
  const model = requireWholeModel(stored);
  const write = await exportWriters[format].load();
  return write(model, stored.card);
}

/** Reads model.json. Throws InvalidModelError if its weights are not those of weights.bin. */
export function requireWholeModel({ modelJson, weightBytes }: Omit<StoredModel, 'card'>): LayersModel {
  const model = parseLayersModel(modelJson);
  requireWeightBytes(locateWeights(model), weightBytes);
  return model;
}
