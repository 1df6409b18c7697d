// The kernels in plain TypeScript: slow, obvious, computed in float64, and what the WebAssembly ones are tested
// against. They run wherever the real ones do, on the same memory.
import type { KernelMemory } from './kernel-memory.ts';
import type { Kernels } from './kernels.ts';

/** Kernels on `memory` that put clarity before speed. */
export function createReferenceKernels({ memory }: KernelMemory): Kernels {
  const all = new Float32Array(memory.buffer);
  return { ...denseKernels(all), ...categoricalKernels(all), ...optimizerKernels(all) };
}

function activate(x: number, code: number): number {
  switch (code) {
    case 1:
      return Math.max(x, 0);
    case 2:
      return Math.tanh(x);
    case 3:
      return x > 0 ? x : Math.expm1(x);
    default:
      return x;
  }
}

/** Derivative of an activation by its output y. */
function activationSlope(y: number, code: number): number {
  switch (code) {
    case 1:
      return y > 0 ? 1 : 0;
    case 2:
      return 1 - y * y;
    case 3:
      return y > 0 ? 1 : y + 1;
    default:
      return 1;
  }
}

type DenseKernels = Pick<
  Kernels,
  'denseForward' | 'denseParameterGradient' | 'denseInputGradient' | 'transpose'
>;

function denseKernels(all: Float32Array): DenseKernels {
  const at = (address: number, index: number): number => all[address / 4 + index]!;
  const put = (address: number, index: number, value: number): void => {
    all[address / 4 + index] = value;
  };
  return {
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
    transpose(source, target, rows, columns) {
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1)
          put(target, column * rows + row, at(source, row * columns + column));
      }
    },
  };
}

type CategoricalKernels = Pick<
  Kernels,
  | 'categoricalLogProbabilities'
  | 'categoricalSample'
  | 'categoricalMode'
  | 'categoricalGradient'
  | 'valueGradient'
>;

function categoricalKernels(all: Float32Array): CategoricalKernels {
  const at = (address: number, index: number): number => all[address / 4 + index]!;
  const put = (address: number, index: number, value: number): void => {
    all[address / 4 + index] = value;
  };
  const rowOf = (address: number, row: number, width: number): number[] =>
    Array.from({ length: width }, (_, k) => at(address, row * width + k));
  return {
    categoricalLogProbabilities(logits, mask, logProbabilities, rows, actions) {
      for (let row = 0; row < rows; row += 1) {
        const masked = rowOf(logits, row, actions).map((logit, k) =>
          mask !== 0 && at(mask, row * actions + k) === 0 ? -1e9 : logit,
        );
        const largest = Math.max(...masked);
        const logSum = largest + Math.log(masked.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
        masked.forEach((logit, k) => put(logProbabilities, row * actions + k, logit - logSum));
      }
    },
    categoricalSample(logProbabilities, uniforms, chosen, rows, actions) {
      for (let row = 0; row < rows; row += 1) {
        const probabilities = rowOf(logProbabilities, row, actions).map(Math.exp);
        let remaining = at(uniforms, row);
        let choice = probabilities.findLastIndex((probability) => probability > 0);
        for (const [action, probability] of probabilities.entries()) {
          remaining -= probability;
          if (probability > 0 && remaining < 0) {
            choice = action;
            break;
          }
        }
        put(chosen, row, choice);
      }
    },
    categoricalMode(logProbabilities, chosen, rows, actions) {
      for (let row = 0; row < rows; row += 1) {
        const candidates = rowOf(logProbabilities, row, actions);
        put(chosen, row, candidates.indexOf(Math.max(...candidates)));
      }
    },
    categoricalGradient(
      logProbabilities,
      chosen,
      advantages,
      gradient,
      losses,
      rows,
      actions,
      entropyCoefficient,
    ) {
      let lossSum = 0;
      let entropySum = 0;
      for (let row = 0; row < rows; row += 1) {
        const logs = rowOf(logProbabilities, row, actions);
        const entropy = -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0);
        const advantage = at(advantages, row);
        const action = at(chosen, row);
        lossSum -= at(logProbabilities, row * actions + action) * advantage;
        entropySum += entropy;
        logs.forEach((log, k) => {
          const probability = Math.exp(log);
          const policySlope = advantage * (probability - (k === action ? 1 : 0));
          const entropySlope = -probability * (log + entropy);
          put(gradient, row * actions + k, (policySlope - entropyCoefficient * entropySlope) / rows);
        });
      }
      put(losses, 0, lossSum / rows);
      put(losses, 1, entropySum / rows);
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

type OptimizerKernels = Pick<Kernels, 'sumOfSquares' | 'scale' | 'addTo' | 'adam' | 'rmsProp'>;

function optimizerKernels(all: Float32Array): OptimizerKernels {
  const slice = (address: number, length: number): Float32Array =>
    all.subarray(address / 4, address / 4 + length);
  return {
    sumOfSquares: (x, length) => slice(x, length).reduce((sum, element) => sum + element ** 2, 0),
    scale(x, length, factor) {
      const target = slice(x, length);
      target.forEach((element, index) => (target[index] = element * factor));
    },
    addTo(target, x, length) {
      const sum = slice(target, length);
      slice(x, length).forEach((element, index) => (sum[index] = sum[index]! + element));
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
