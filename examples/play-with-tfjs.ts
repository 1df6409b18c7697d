// Greedy episodes with a downloaded model, computed by TensorFlow.js alone.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTINUES, flatSize, openBatch, Random, type EnvironmentDefinition } from '../src/index.ts';

// Otherwise tfjs advertises its native backend on first use.
tf.enableProdMode();

/** Opens model.json and weights.bin of a directory. */
export async function loadModelDirectory(directory: string): Promise<LayersModel> {
  const fetchFunc = async (url: unknown): Promise<Response> => {
    if (typeof url !== 'string') throw new TypeError('expected the address of a file');
    return new Response(new Uint8Array(await readFile(join(directory, new URL(url).pathname))));
  };
  // Backends other than the built-in one take a moment to start.
  await tf.ready();
  return await loadLayersModel(tf.io.http('http://model/model.json', { fetchFunc }));
}

/** The return of each episode; they run side by side, so that one prediction serves a step of all. */
export async function playWithTfjs(
  model: LayersModel,
  definition: EnvironmentDefinition,
  episodes: number,
): Promise<number[]> {
  const randoms = Array.from({ length: episodes }, (_, row) => Random.fromSeed(row));
  const batch = await openBatch(definition, { randoms });
  const observations = new Float32Array(episodes * flatSize(definition.observationSpace));
  const returns = Array<number>(episodes).fill(0);
  await batch.start();
  let playing = returns.map((_, row) => row);
  for (let step = 0; playing.length > 0 && step < (definition.maxEpisodeSteps ?? 10_000); step += 1) {
    batch.observe(observations, 0);
    const shape = [episodes, ...definition.observationSpace.shape];
    await batch.step(chooseActions(model, tf.tensor(observations, shape)), 0);
    for (const row of playing) returns[row] = (returns[row] ?? 0) + (batch.rewards[row] ?? 0);
    playing = playing.filter((row) => batch.ends[row] === CONTINUES);
  }
  await batch.close();
  return returns;
}

/** The action with the highest logit, row by row. */
function chooseActions(model: LayersModel, observations: tf.Tensor): Float32Array {
  return tf.tidy(() => {
    const outputs = model.predict(observations);
    const logits = Array.isArray(outputs) ? outputs[0] : outputs;
    observations.dispose();
    if (logits === undefined) throw new Error('the model has no outputs');
    return Float32Array.from(tf.argMax(logits, -1).dataSync());
  });
}
