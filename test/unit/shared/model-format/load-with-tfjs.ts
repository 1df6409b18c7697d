// Opens model files the way a user does: tfjs fetches model.json, then what its manifest names.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import type { LayersModelFiles } from '../../../../src/shared/model-format/create-layers-model.ts';

/** Rows of observations, and of each further input's state. */
export interface Batch {
  readonly rows: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly states?: readonly (readonly (readonly number[])[])[];
}

export interface Prediction {
  readonly names: readonly string[];
  readonly logits: number[][];
  readonly values: number[];
  /** Rows of each further output. */
  readonly states: number[][][];
}

/** Runs the model on a batch and returns its outputs row by row. */
export async function predictWithTfjs(
  { modelJson, weights }: LayersModelFiles,
  batch: Batch,
): Promise<Prediction> {
  // Another test may have loaded a backend that has a higher priority and was never started.
  await tf.setBackend('cpu');
  const responses = new Map([
    ['http://model.test/best/model.json', () => Response.json(modelJson)],
    ['http://model.test/best/weights.bin', () => new Response(new Uint8Array(weights))],
  ]);
  const fetchFunc = async (url: unknown): Promise<Response> =>
    (typeof url === 'string' ? responses.get(url)?.() : null) ?? new Response(null, { status: 404 });
  const model = await loadLayersModel(tf.io.http('http://model.test/best/model.json', { fetchFunc }));
  const input = tf.tensor(batch.rows.flat(), [batch.rows.length, ...batch.shape]);
  const states = (batch.states ?? []).map((rows) => tf.tensor2d(rows.map((row) => [...row])));
  const outputs = model.predict(states.length > 0 ? [input, ...states] : input);
  if (!Array.isArray(outputs)) throw new Error('the model has one output');
  const [logits, values, ...nextStates] = outputs;
  if (logits?.rank !== 2 || values?.shape[1] !== 1)
    throw new Error('the outputs are not [batch, n] and [batch, 1]');
  const readRows = async (tensor: tf.Tensor): Promise<number[][]> => {
    const flat = [...(await tensor.data())];
    const width = tensor.shape[1] ?? 0;
    return batch.rows.map((_, row) => flat.slice(row * width, (row + 1) * width));
  };
  return {
    names: model.outputNames,
    logits: await readRows(logits),
    values: [...(await values.data())],
    states: await Promise.all(nextStates.map(readRows)),
  };
}
