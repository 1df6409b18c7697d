// Opens model files the way a user does: tfjs fetches model.json, then what its manifest names.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import type { LayersModelFiles } from '../../../../src/shared/model-format/create-layers-model.ts';

/** Runs the model on a batch and returns its two outputs row by row. */
export async function predictWithTfjs(
  { modelJson, weights }: LayersModelFiles,
  batch: { readonly rows: readonly (readonly number[])[]; readonly shape: readonly number[] },
): Promise<{ names: string[]; logits: number[][]; values: number[] }> {
  const responses = new Map([
    ['http://model.test/best/model.json', () => Response.json(modelJson)],
    ['http://model.test/best/weights.bin', () => new Response(new Uint8Array(weights))],
  ]);
  const fetchFunc = async (url: unknown): Promise<Response> =>
    (typeof url === 'string' ? responses.get(url)?.() : null) ?? new Response(null, { status: 404 });
  const model = await loadLayersModel(tf.io.http('http://model.test/best/model.json', { fetchFunc }));
  const input = tf.tensor(batch.rows.flat(), [batch.rows.length, ...batch.shape]);
  const outputs = model.predict(input);
  if (!Array.isArray(outputs)) throw new Error('the model has one output');
  const [logits, values] = outputs;
  if (logits?.rank !== 2 || values?.shape[1] !== 1)
    throw new Error('the outputs are not [batch, n] and [batch, 1]');
  const flat = [...(await logits.data())];
  const width = logits.shape[1] ?? 0;
  return {
    names: model.outputNames,
    logits: batch.rows.map((_, row) => flat.slice(row * width, (row + 1) * width)),
    values: [...(await values.data())],
  };
}
