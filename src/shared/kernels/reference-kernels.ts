// The kernels in plain TypeScript: slow, obvious, computed in float64, and what the WebAssembly ones are tested
// against. They run wherever the real ones do, on the same memory.
import type { KernelMemory } from './kernel-memory.ts';
import type { Kernels } from './kernels.ts';
import { activate, activationSlope } from './reference-activations.ts';
import { createReferenceConvolutionKernels } from './reference-convolution-kernels.ts';
import { createReferenceDeterministicAct } from './reference-deterministic-kernel.ts';
import { createReferenceGaussianKernels } from './reference-gaussian-kernels.ts';
import { createReferenceGsdeKernels } from './reference-gsde-kernels.ts';
import { createReferenceLstmKernels } from './reference-lstm-kernels.ts';

/** Kernels on `memory` that put clarity before speed. */
export function createReferenceKernels({ memory }: KernelMemory): Kernels {
  const all = new Float32Array(memory.buffer);
  return {
    ...denseKernels(all),
    ...createReferenceConvolutionKernels(all),
    ...createReferenceLstmKernels(all, new Int32Array(memory.buffer)),
    ...categoricalKernels(all),
    ...createReferenceGaussianKernels(all),
    ...createReferenceGsdeKernels(all),
    ...normalizationKernels(all),
    deterministicAct: createReferenceDeterministicAct(all),
    ...optimizerKernels(all),
  };
}

type DenseKernels = Pick<
  Kernels,
  'denseForward' | 'denseParameterGradient' | 'denseInputGradient' | 'denseHeadGradient' | 'transpose'
>;

function denseKernels(all: Float32Array): DenseKernels {
  const at = (address: number, index: number): number => all[address / 4 + index]!;
  const put = (address: number, index: number, value: number): void => {
    all[address / 4 + index] = value;
  };
  const kernels: DenseKernels = {
    denseForward(x, kernel, _transposed, bias, y, rows, inputs, outputs, activation) {
      for (let row = 0; row < rows; row += 1) {
        for (let o = 0; o < outputs; o += 1) {
          let sum = at(bias, o);
          for (let i = 0; i < inputs; i += 1) sum += at(x, row * inputs + i) * at(kernel, i * outputs + o);
          put(y, row * outputs + o, activate(sum, activation));
        }
      }
    },
    denseParameterGradient(x, dy, kernelGradient, biasGradient, rows, inputs, outputs) {
      for (let o = 0; o < outputs; o += 1) {
        let biasSum = 0;
        for (let row = 0; row < rows; row += 1) biasSum += at(dy, row * outputs + o);
        put(biasGradient, o, biasSum);
        for (let i = 0; i < inputs; i += 1) {
          let sum = 0;
          for (let row = 0; row < rows; row += 1) sum += at(x, row * inputs + i) * at(dy, row * outputs + o);
          put(kernelGradient, i * outputs + o, sum);
        }
      }
    },
    denseInputGradient(dy, transposed, x, dx, rows, inputs, outputs, activation, accumulate) {
      for (let row = 0; row < rows; row += 1) {
        for (let i = 0; i < inputs; i += 1) {
          let sum = accumulate ? at(dx, row * inputs + i) : 0;
          for (let o = 0; o < outputs; o += 1)
            sum += at(dy, row * outputs + o) * at(transposed, o * inputs + i);
          put(dx, row * inputs + i, sum * activationSlope(at(x, row * inputs + i), activation));
        }
      }
    },
    denseHeadGradient(
      x,
      dy,
      transposed,
      kernelGradient,
      biasGradient,
      dx,
      _sums,
      rows,
      inputs,
      outputs,
      activation,
      accumulate,
    ) {
      kernels.denseParameterGradient(x, dy, kernelGradient, biasGradient, rows, inputs, outputs);
      kernels.denseInputGradient(dy, transposed, x, dx, rows, inputs, outputs, activation, accumulate);
    },
    transpose(source, target, rows, columns) {
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1)
          put(target, column * rows + row, at(source, row * columns + column));
      }
    },
  };
  return kernels;
}

type CategoricalKernels = Pick<Kernels, 'categoricalAct' | 'categoricalGradient' | 'valueGradient'>;

function categoricalKernels(all: Float32Array): CategoricalKernels {
  const at = (address: number, index: number): number => all[address / 4 + index]!;
  const put = (address: number, index: number, value: number): void => {
    all[address / 4 + index] = value;
  };
  const readRow = (address: number, start: number, width: number): number[] =>
    Array.from({ length: width }, (_, k) => at(address, start + k));
  return {
    categoricalAct(
      logits,
      mask,
      uniforms,
      probabilities,
      logProbabilities,
      chosen,
      rows,
      actions,
      stride,
      choices,
    ) {
      for (let row = 0; row < rows; row += 1) {
        const masked = readRow(logits, row * stride, actions).map((logit, k) =>
          mask !== 0 && at(mask, row * stride + k) === 0 ? -1e9 : logit,
        );
        const largest = Math.max(...masked);
        const sum = masked.reduce((total, logit) => total + Math.exp(logit - largest), 0);
        const logs = masked.map((logit) => logit - largest - Math.log(sum));
        logs.forEach((log, k) => {
          put(probabilities, row * stride + k, Math.exp(log));
          put(logProbabilities, row * stride + k, log);
        });
        const mode = logs.indexOf(Math.max(...logs));
        const choice = uniforms === 0 ? mode : draw(logs.map(Math.exp), at(uniforms, row * choices));
        put(chosen, row * choices, choice);
      }
    },
    categoricalGradient(
      probabilities,
      logProbabilities,
      chosen,
      advantages,
      gradient,
      losses,
      rows,
      actions,
      stride,
      choices,
      entropyCoefficient,
      accumulate,
    ) {
      let lossSum = 0;
      let entropySum = 0;
      for (let row = 0; row < rows; row += 1) {
        const logs = readRow(logProbabilities, row * stride, actions);
        const shares = readRow(probabilities, row * stride, actions);
        const entropy = -logs.reduce((sum, log, k) => sum + shares[k]! * log, 0);
        const advantage = at(advantages, row);
        const action = at(chosen, row * choices);
        lossSum -= logs[action]! * advantage;
        entropySum += entropy;
        logs.forEach((log, k) => {
          const policySlope = advantage * (shares[k]! - (k === action ? 1 : 0));
          const entropySlope = -shares[k]! * (log + entropy);
          put(gradient, row * stride + k, (policySlope - entropyCoefficient * entropySlope) / rows);
        });
      }
      put(losses, 0, (accumulate === 0 ? 0 : at(losses, 0)) + lossSum / rows);
      put(losses, 1, (accumulate === 0 ? 0 : at(losses, 1)) + entropySum / rows);
    },
    valueGradient(values, returns, gradient, losses, rows, coefficient) {
      let sum = 0;
      for (let row = 0; row < rows; row += 1) {
        const difference = at(values, row) - at(returns, row);
        sum += difference ** 2;
        put(gradient, row, (2 * coefficient * difference) / rows);
      }
      put(losses, 2, sum / rows);
    },
  };
}

/** The index at which the cumulative probabilities pass `uniform`; the last possible one if rounding leaves a rest. */
function draw(probabilities: readonly number[], uniform: number): number {
  let remaining = uniform;
  for (const [action, probability] of probabilities.entries()) {
    remaining -= probability;
    if (remaining < 0) return action;
  }
  return probabilities.findLastIndex((probability) => probability > 0);
}

function normalizationKernels(all: Float32Array): Pick<Kernels, 'normalize'> {
  return {
    normalize(x, mean, variance, y, rows, size, epsilon) {
      for (let index = 0; index < rows * size; index += 1) {
        const k = index % size;
        const deviation = Math.sqrt(all[variance / 4 + k]! + epsilon);
        all[y / 4 + index] = (all[x / 4 + index]! - all[mean / 4 + k]!) / deviation;
      }
    },
  };
}

type OptimizerKernels = Pick<
  Kernels,
  'sumOfSquares' | 'scale' | 'clear' | 'addTo' | 'blend' | 'clipValues' | 'adam' | 'rmsProp'
>;

function optimizerKernels(all: Float32Array): OptimizerKernels {
  const slice = (address: number, length: number): Float32Array =>
    all.subarray(address / 4, address / 4 + length);
  return {
    sumOfSquares: (x, length) => slice(x, length).reduce((sum, element) => sum + element ** 2, 0),
    scale(x, length, factor) {
      const target = slice(x, length);
      target.forEach((element, index) => (target[index] = element * factor));
    },
    clear(x, length) {
      slice(x, length).fill(0);
    },
    addTo(target, x, length) {
      const sum = slice(target, length);
      slice(x, length).forEach((element, index) => (sum[index] = sum[index]! + element));
    },
    blend(target, x, length, fraction) {
      const mixed = slice(target, length);
      slice(x, length).forEach((element, index) => (mixed[index]! += fraction * (element - mixed[index]!)));
    },
    clipValues(x, length, limit) {
      const target = slice(x, length);
      target.forEach((element, index) => (target[index] = Math.min(Math.max(element, -limit), limit)));
    },
    adam(
      parameters,
      gradient,
      firstMoment,
      secondMoment,
      length,
      learningRate,
      beta1,
      beta2,
      epsilon,
      correction1,
      correction2,
    ) {
      const theta = slice(parameters, length);
      const m = slice(firstMoment, length);
      const v = slice(secondMoment, length);
      slice(gradient, length).forEach((g, index) => {
        const mNext = beta1 * m[index]! + (1 - beta1) * g;
        const vNext = beta2 * v[index]! + (1 - beta2) * g * g;
        m[index] = mNext;
        v[index] = vNext;
        theta[index] =
          theta[index]! - (learningRate * mNext * correction1) / (Math.sqrt(vNext * correction2) + epsilon);
      });
    },
    rmsProp(parameters, gradient, meanSquare, update, length, learningRate, decay, momentum, epsilon) {
      const theta = slice(parameters, length);
      const s = slice(meanSquare, length);
      const u = slice(update, length);
      slice(gradient, length).forEach((g, index) => {
        const sNext = decay * s[index]! + (1 - decay) * g * g;
        const uNext = momentum * u[index]! + (learningRate * g) / Math.sqrt(sNext + epsilon);
        s[index] = sNext;
        u[index] = uNext;
        theta[index] = theta[index]! - uNext;
      });
    },
  };
}
