// Every WebAssembly kernel against its plain TypeScript reference, on random input of many shapes.
import { describe, expect, it } from 'vitest';
import { NO_ADDRESS, type Address } from '../../../../../../src/shared/engines/wasm/kernels/address.ts';
import { KernelMemory } from '../../../../../../src/shared/engines/wasm/kernels/kernel-memory.ts';
import { kernelNames } from '../../../../../../src/shared/engines/wasm/kernels/kernels.ts';
import { instantiateKernels } from '../../../../../../src/shared/engines/wasm/kernels/instantiate-kernels.ts';
import { FIRST_ADDRESS, KernelPair, module } from '../../../../../fixtures/kernel-pair.ts';

const shapes = [1, 2, 3, 4, 5, 7, 8, 20, 33].flatMap((rows) =>
  [1, 3, 4, 6, 8, 17].flatMap((inputs) =>
    [1, 2, 3, 4, 5, 8, 12, 19, 36].map((outputs) => ({ rows, inputs, outputs })),
  ),
);
/** Inputs that are read in several passes, with and without a rest. */
const longShapes = [1, 4, 6, 9].flatMap((rows) =>
  [511, 512, 600, 769].flatMap((inputs) => [8, 12, 16].map((outputs) => ({ rows, inputs, outputs }))),
);
const activations = [0, 1, 2, 3];

describe('dense kernels', () => {
  it('agree on the forward pass for every activation and shape', () => {
    for (const { rows, inputs, outputs } of [...shapes, ...longShapes]) {
      for (const activation of activations) {
        const pair = new KernelPair(rows * 100 + outputs);
        const x = pair.place(rows * inputs);
        const kernel = pair.place(inputs * outputs);
        const transposed = pair.place(inputs * outputs);
        const bias = pair.place(outputs);
        const y = pair.place(rows * outputs);
        pair.run((kernels) => {
          kernels.transpose(kernel, transposed, inputs, outputs);
          kernels.denseForward(x, kernel, transposed, bias, y, rows, inputs, outputs, activation);
        });
        pair.expectEverywhereEqual();
      }
    }
  });

  it('agree on the forward pass of layers one after another, for any rows of the memory', () => {
    const widths = [3, 17, 8, 2];
    for (const { firstRow, rows } of [
      { firstRow: 0, rows: 1 },
      { firstRow: 5, rows: 1 },
      { firstRow: 2, rows: 6 },
    ]) {
      const pair = new KernelPair(10 * firstRow + rows);
      const capacity = 9;
      const rowsOf = widths.map((width) => pair.place(capacity * width));
      const calls = widths.slice(1).map((outputs, index) => {
        const inputs = widths[index] ?? 0;
        return {
          addresses: {
            x: rowsOf[index] ?? NO_ADDRESS,
            kernel: pair.place(inputs * outputs),
            transposed: pair.place(inputs * outputs),
            bias: pair.place(outputs),
            y: rowsOf[index + 1] ?? NO_ADDRESS,
          },
          sizes: [inputs, outputs],
          activation: index % 3,
        };
      });
      const layers = pair.placeIntegers(
        calls.flatMap(({ addresses, sizes, activation }) => [
          ...Object.values(addresses),
          ...sizes,
          activation,
        ]),
      );
      pair.run((kernels) => {
        for (const { addresses, sizes } of calls) {
          const [inputs = 0, outputs = 0] = sizes;
          kernels.transpose(addresses.kernel, addresses.transposed, inputs, outputs);
        }
        kernels.denseForwardAll(layers, calls.length, firstRow, rows);
      });
      for (const [index, width] of widths.entries())
        pair.expectEqual(rowsOf[index] ?? NO_ADDRESS, capacity * width);
    }
  });

  it('agree on parameter gradients for every shape', () => {
    for (const { rows, inputs, outputs } of shapes) {
      const pair = new KernelPair(rows * 100 + inputs);
      const x = pair.place(rows * inputs);
      const dy = pair.place(rows * outputs);
      const kernelGradient = pair.place(inputs * outputs);
      const biasGradient = pair.place(outputs);
      pair.run((kernels) => {
        kernels.denseParameterGradient(x, dy, kernelGradient, biasGradient, rows, inputs, outputs);
      });
      pair.expectEverywhereEqual();
    }
  });

  it('agree on input gradients for every activation and shape, stored or accumulated', () => {
    for (const { rows, inputs, outputs } of shapes) {
      for (const activation of activations) {
        for (const accumulate of [0, 1]) {
          const pair = new KernelPair(rows * 100 + inputs);
          // Outputs of tanh lie inside ±1, those of elu above −1.
          const x = pair.place(rows * inputs, (random) => random.nextUniform(-0.9, 0.9));
          const dy = pair.place(rows * outputs);
          const transposed = pair.place(inputs * outputs);
          const dx = pair.place(rows * inputs);
          pair.run((kernels) => {
            kernels.denseInputGradient(dy, transposed, x, dx, rows, inputs, outputs, activation, accumulate);
          });
          pair.expectEverywhereEqual();
        }
      }
    }
  });

  it('agree on the gradients of heads for every activation and shape, stored or accumulated', () => {
    for (const { rows, inputs, outputs } of shapes.filter((shape) => shape.outputs <= 3)) {
      for (const activation of activations) {
        for (const accumulate of [0, 1]) {
          const pair = new KernelPair(rows * 100 + inputs);
          const x = pair.place(rows * inputs, (random) => random.nextUniform(-0.9, 0.9));
          const dy = pair.place(rows * outputs);
          const transposed = pair.place(inputs * outputs);
          const kernelGradient = pair.place(inputs * outputs);
          const biasGradient = pair.place(outputs);
          const dx = pair.place(rows * inputs);
          const end = pair.place(0);
          const sums = pair.place(inputs * outputs);
          pair.run((kernels) => {
            kernels.denseHeadGradient(
              x,
              dy,
              transposed,
              kernelGradient,
              biasGradient,
              dx,
              sums,
              rows,
              inputs,
              outputs,
              activation,
              accumulate,
            );
          });
          pair.expectEqual(FIRST_ADDRESS, (end - FIRST_ADDRESS) / 4);
        }
      }
    }
  });
});

interface CategoricalCase {
  readonly actions: number;
  readonly masked: boolean;
  readonly sampled: boolean;
  /** Logits of other distributions in each row, after those compared. */
  readonly others: number;
}

function compareCategorical({ actions, masked, sampled, others }: CategoricalCase): void {
  const rows = 41;
  const stride = actions + others;
  const choices = others > 0 ? 2 : 1;
  const accumulate = others > 0 ? 1 : 0;
  const pair = new KernelPair(actions);
  const logits = pair.place(rows * stride, (random) => 3 * random.nextNormal());
  let drawn = 0;
  // The first action of each row stays allowed, so that there is always one.
  const mask = pair.place(rows * stride, (random) =>
    drawn++ % stride === 0 || random.nextFloat() < 0.5 ? 1 : 0,
  );
  const uniforms = pair.place(rows * choices, (random) => random.nextFloat());
  const probabilities = pair.place(rows * stride);
  const logProbabilities = pair.place(rows * stride);
  const chosen = pair.place(rows * choices);
  const advantages = pair.place(rows);
  const gradient = pair.place(rows * stride);
  const losses = pair.place(4);
  const untouched = pair.read(gradient, rows * stride);
  pair.run((kernels) => {
    kernels.categoricalAct(
      logits,
      masked ? mask : NO_ADDRESS,
      sampled ? uniforms : NO_ADDRESS,
      probabilities,
      logProbabilities,
      chosen,
      rows,
      actions,
      stride,
      choices,
    );
    kernels.categoricalGradient(
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
      0.3,
      accumulate,
    );
  });
  for (const [address, length] of [
    [probabilities, rows * stride],
    [chosen, rows * choices],
    [gradient, rows * stride],
    [losses, 2],
  ] as const) {
    pair.expectEqual(address, length);
  }
  pair.read(gradient, rows * stride).forEach((slope, index) => {
    if (index % stride >= actions) expect(slope).toBe(untouched[index]);
  });
  if (!masked) return;
  const allowed = pair.read(mask, rows * stride);
  pair.read(chosen, rows * choices).forEach((action, index) => {
    if (index % choices === 0) expect(allowed[(index / choices) * stride + action]).toBe(1);
  });
  pair.read(probabilities, rows * stride).forEach((probability, index) => {
    if (index % stride < actions && allowed[index] === 0) expect(probability).toBe(0);
  });
}

describe('categorical kernels', () => {
  it('agree on probabilities, choices and gradients with and without a mask', () => {
    for (const actions of [1, 2, 3, 4, 5, 7, 8, 18]) {
      for (const masked of [false, true]) {
        for (const sampled of [false, true]) compareCategorical({ actions, masked, sampled, others: 0 });
      }
    }
  });

  it('agree where distributions share rows, add up their losses and leave the rest of the row alone', () => {
    for (const actions of [2, 3, 5]) {
      for (const masked of [false, true]) compareCategorical({ actions, masked, sampled: true, others: 3 });
    }
  });

  it('draws each action as often as its probability says', () => {
    const pair = new KernelPair(1);
    const draws = 20_000;
    const logits = pair.place(draws * 3, () => 0);
    const wanted = [0.2, 0.5, 0.3];
    let index = 0;
    const biased = pair.place(draws * 3, () => Math.log(wanted[index++ % 3] ?? 1));
    const uniforms = pair.place(draws, (random) => random.nextFloat());
    const probabilities = pair.place(draws * 3);
    const logProbabilities = pair.place(draws * 3);
    const chosen = pair.place(draws);
    expect(logits).toBeLessThan(biased);
    pair.run((kernels) => {
      kernels.categoricalAct(
        biased,
        NO_ADDRESS,
        uniforms,
        probabilities,
        logProbabilities,
        chosen,
        draws,
        3,
        3,
        1,
      );
    });
    const counts = [0, 0, 0];
    for (const action of pair.read(chosen, draws)) counts[action] = (counts[action] ?? 0) + 1;
    counts.forEach((count, action) => {
      expect(count / draws).toBeCloseTo(wanted[action] ?? Number.NaN, 1.7);
    });
  });
});

describe('loss and optimizer kernels', () => {
  it('agree on the value loss', () => {
    const pair = new KernelPair(5);
    const values = pair.place(33);
    const returns = pair.place(33);
    const gradient = pair.place(33);
    const losses = pair.place(4);
    pair.run((kernels) => {
      kernels.valueGradient(values, returns, gradient, losses, 33, 0.7);
    });
    pair.expectEverywhereEqual();
  });

  it('agree on norms, scaling and sums', () => {
    for (const length of [1, 3, 4, 15, 16, 17, 1103]) {
      const pair = new KernelPair(length);
      const x = pair.place(length);
      const target = pair.place(length);
      const { real, reference } = pair.run((kernels) => {
        kernels.scale(x, length, 1.7);
        kernels.addTo(target, x, length);
        return kernels.sumOfSquares(x, length);
      });
      expect(real / reference).toBeCloseTo(1, 5);
      pair.expectEverywhereEqual();
    }
  });

  it('agree on blending and on limits for every length', () => {
    for (const length of [1, 3, 4, 16, 37]) {
      const pair = new KernelPair(length);
      const target = pair.place(length);
      const x = pair.place(length);
      pair.run((kernels) => {
        kernels.blend(target, x, length, 0.3);
        kernels.clipValues(x, length, 0.5);
      });
      pair.expectEverywhereEqual();
      expect(Math.max(...pair.read(x, length).map(Math.abs))).toBeLessThanOrEqual(0.5);
    }
  });

  it('leave NaN as it is when they limit values, so that it can be refused', () => {
    for (const position of [0, 3, 5]) {
      const pair = new KernelPair(1);
      let index = 0;
      const x = pair.place(6, () => (index++ === position ? Number.NaN : 2));
      pair.run((kernels) => {
        kernels.clipValues(x, 6, 1);
      });
      expect(pair.read(x, 6)).toEqual(
        [0, 1, 2, 3, 4, 5].map((place) => (place === position ? Number.NaN : 1)),
      );
    }
  });

  it('make a norm that is not finite when any element is not', () => {
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const position of [0, 5, 16, 18]) {
        let index = 0;
        const pair = new KernelPair(1);
        const x = pair.place(19, () => (index++ === position ? poison : 1));
        expect(Number.isFinite(pair.run((kernels) => kernels.sumOfSquares(x, 19)).real)).toBe(false);
      }
    }
  });

  it('agree on fifty steps of Adam and of RMSProp', () => {
    for (const length of [1, 4, 7, 64]) {
      const pair = new KernelPair(length);
      const [adamParameters, rmsParameters, gradient] = [
        pair.place(length),
        pair.place(length),
        pair.place(length),
      ];
      const zeros = (): Address => pair.place(length, () => 0);
      const [first, second, meanSquare, update] = [zeros(), zeros(), zeros(), zeros()];
      for (let step = 1; step <= 50; step += 1) {
        pair.run((kernels) => {
          const [correction1, correction2] = [1 / (1 - 0.9 ** step), 1 / (1 - 0.999 ** step)];
          kernels.adam(
            adamParameters,
            gradient,
            first,
            second,
            length,
            0.01,
            0.9,
            0.999,
            1e-7,
            correction1,
            correction2,
          );
          kernels.rmsProp(rmsParameters, gradient, meanSquare, update, length, 0.01, 0.9, 0.5, 1e-5);
        });
      }
      pair.expectEverywhereEqual();
    }
  });
});

it('lists every kernel the module exports', () => {
  const kernels: object = instantiateKernels(module, new KernelMemory(2));
  expect(
    Object.keys(kernels)
      .filter((name) => name !== 'memory')
      .sort(),
  ).toEqual([...kernelNames].sort());
});
