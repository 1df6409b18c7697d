// Plays greedy episodes with a downloaded model, computed by TensorFlow.js alone.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flatSize, Random, type EnvironmentDefinition } from '../src/index.ts';

// Otherwise tfjs advertises its native backend on first use.
tf.enableProdMode();

/** Opens model.json and weights.bin of a directory. */
export async function loadModelDirectory(directory: string): Promise<LayersModel> {
  const fetchFunc = async (url: unknown): Promise<Response> => {
    if (typeof url !== 'string') throw new TypeError('expected the address of a file');
    return new Response(new Uint8Array(await readFile(join(directory, new URL(url).pathname))));
  };
  return await loadLayersModel(tf.io.http('http://model/model.json', { fetchFunc }));
}

/** The return of each episode; they run side by side, so that one prediction serves a step of all. */
export function playWithTfjs(
  model: LayersModel,
  definition: EnvironmentDefinition,
  episodes: number,
): number[] {
  const size = flatSize(definition.observationSpace);
  const observations = new Float32Array(episodes * size);
  const returns = Array<number>(episodes).fill(0);
  let active = returns.map((_, row) => {
    const player = { row, environment: definition.create(), random: Random.fromSeed(row) };
    player.environment.reset(player.random);
    return player;
  });
  for (let step = 0; active.length > 0 && step < (definition.maxEpisodeSteps ?? 10_000); step += 1) {
    for (const { row, environment } of active) environment.observe(observations, row * size);
    const actions = chooseActions(
      model,
      tf.tensor(observations, [episodes, ...definition.observationSpace.shape]),
    );
    active = active.filter(({ row, environment, random }) => {
      returns[row] = (returns[row] ?? 0) + environment.step(actions, row, random);
      return !environment.terminated;
    });
  }
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
