// The kernels of generalized state-dependent exploration in plain TypeScript; see reference-kernels.ts.
import type { Kernels } from './kernels.ts';
import { GaussianFigures, measure } from './reference-gaussian-kernels.ts';

/** Added to each variance: features may all be zero. */
const VARIANCE_FLOOR = 1e-6;

export function createReferenceGsdeKernels(all: Float32Array): Pick<Kernels, 'gsdeAct' | 'gsdeGradient'> {
  const at = (address: number, index: number): number => all[address / 4 + index]!;
  const put = (address: number, index: number, value: number): void => {
    all[address / 4 + index] = value;
  };
  return {
    gsdeAct(means, features, weights, actions, rows, featureSize, size) {
      for (let index = 0; index < rows * size; index += 1) {
        const row = Math.floor(index / size);
        let noise = 0;
        for (let f = 0; f < featureSize; f += 1) {
          const weight = at(weights, (row * featureSize + f) * size + (index % size));
          noise += at(features, row * featureSize + f) * weight;
        }
        put(actions, index, at(means, index) + noise);
      }
    },
    gsdeGradient(
      means,
      features,
      logStandardDeviations,
      actions,
      advantages,
      meanGradient,
      logStandardDeviationGradient,
      _scratch,
      losses,
      rows,
      featureSize,
      size,
      entropyCoefficient,
    ) {
      const figures = new GaussianFigures();
      const slopes = Array<number>(featureSize * size).fill(0);
      /** features[row, f]²·σ²[f, k]: a feature's share of the variance. */
      const share = (row: number, f: number, k: number): number =>
        at(features, row * featureSize + f) ** 2 * Math.exp(2 * at(logStandardDeviations, f * size + k));
      for (let index = 0; index < rows * size; index += 1) {
        const row = Math.floor(index / size);
        const k = index % size;
        let variance = VARIANCE_FLOOR;
        for (let f = 0; f < featureSize; f += 1) variance += share(row, f, k);
        const deviation = Math.sqrt(variance);
        const advantage = at(advantages, row);
        const mean = at(means, index);
        const { z, surprise, entropy } = measure(at(actions, index), mean, deviation);
        figures.add({ loss: advantage * surprise, entropy, mean, deviation });
        put(meanGradient, index, (-advantage * z) / deviation / rows);
        const varianceSlope = (advantage * (1 - z * z) - entropyCoefficient) / (2 * variance) / rows;
        // ∂ share/∂ log σ = 2·share.
        for (let f = 0; f < featureSize; f += 1)
          slopes[f * size + k]! += 2 * varianceSlope * share(row, f, k);
      }
      slopes.forEach((slope, index) => {
        put(logStandardDeviationGradient, index, slope);
      });
      figures.write((index, value) => put(losses, index, value), rows, size);
    },
  };
}
