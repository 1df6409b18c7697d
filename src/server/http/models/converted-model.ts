// Body of a model in a format that is made when it is asked for.
import type { FilePiece } from '../../../shared/model-format/file-piece.ts';
import { InvalidModelError } from '../../../shared/model-format/invalid-model-error.ts';
import { modelFileNames } from '../../../shared/model-format/model-files.ts';
import { readCard, readModelJson, type ModelFiles } from '../../../shared/model-format/read-model.ts';
import { exportModel, exportWriters, type ExportFormat } from '../../../shared/onnx/export-formats.ts';
import { UnreadableModelError } from '../../jobs/job-errors.ts';
import { createConvertedBody, type ModelBody } from './model-body.ts';
import type { OpenModel } from './open-model.ts';
import { readChunks } from './read-chunks.ts';

/**
 * Converts model.json; the weights are read when they are sent. Throws ModelNotExportableError, or UnreadableModelError
 * for a model that this version cannot read.
 */
export async function convertModel(model: OpenModel, format: ExportFormat): Promise<ModelBody> {
  const described = new Map<string, Uint8Array>();
  for (const name of [modelFileNames.model, modelFileNames.card]) {
    const bytes = await readWhole(model, name);
    if (bytes) described.set(name, bytes);
  }
  const pieces = await convert(format, described, model);
  return createConvertedBody(model, pieces, `${format} ${exportWriters[format].version}`);
}

async function convert(
  format: ExportFormat,
  described: ModelFiles,
  { files }: OpenModel,
): Promise<FilePiece[]> {
  try {
    return await exportModel(format, {
      modelJson: readModelJson(described),
      card: readCard(described),
      weightBytes: files.get(modelFileNames.weights)?.bytes ?? 0,
    });
  } catch (error) {
    throw error instanceof InvalidModelError ? new UnreadableModelError(error) : error;
  }
}

async function readWhole({ files }: OpenModel, name: string): Promise<Uint8Array | null> {
  const file = files.get(name);
  if (file === undefined) return null;
  const { content, bytes: size } = file;
  if (content instanceof Uint8Array) return content;
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(content, { size })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
