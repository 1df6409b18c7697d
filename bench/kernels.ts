// npm run bench:kernels: nanoseconds per row of single kernels, the best of many short runs.
import { NO_ADDRESS, type Address } from '../src/shared/engines/wasm/kernels/address.ts';
import { KernelMemoryPlan } from '../src/shared/engines/wasm/kernels/kernel-memory.ts';
import { activationCodes } from '../src/shared/engines/wasm/kernels/kernels.ts';
import { compileKernels } from '../src/shared/engines/wasm/compile-kernels.ts';
import { instantiateKernels } from '../src/shared/engines/wasm/kernels/instantiate-kernels.ts';
import { Random } from '../src/shared/random/random.ts';

const runs = 40;
const rowsPerRun = 600_000;
const { linear, relu, tanh } = activationCodes;
const plan = new KernelMemoryPlan();
const reserve = (length: number): Address => plan.reserve(length);
const rows = 320;
const [observations, hidden, hiddenGradient] = [reserve(rows * 4), reserve(rows * 100), reserve(rows * 100)];
const [kernel, bias, transposed, kernelGradient] = [reserve(400), reserve(100), reserve(400), reserve(400)];
const [logits, logitGradient, probabilities, logProbabilities] = [
  reserve(rows * 2),
  reserve(rows * 2),
  reserve(rows * 2),
  reserve(rows * 2),
];
const [uniforms, chosen, advantages, losses, scratch] = [
  reserve(rows),
  reserve(rows),
  reserve(rows),
  reserve(4),
  reserve(400),
];
const [input64, output64, gradient64] = [reserve(rows * 64), reserve(rows * 64), reserve(rows * 64)];
const [kernel64, transposed64, kernelGradient64] = [reserve(4096), reserve(4096), reserve(4096)];
const [parameters, gradient, first, second] = [reserve(1103), reserve(1103), reserve(1103), reserve(1103)];
const memory = plan.build();
const kernels = instantiateKernels(compileKernels(), memory);
const random = Random.fromSeed(1);
const all = memory.view(observations, (second - observations) / 4);
for (let index = 0; index < all.length; index += 1) all[index] = random.nextUniform(-0.5, 0.5);
random.fillUniform(memory.view(uniforms, rows));
memory.view(chosen, rows).fill(1);

function time(name: string, rowCount: number, call: () => void): void {
  const calls = Math.ceil(rowsPerRun / rowCount / 10);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    for (let index = 0; index < calls; index += 1) call();
    best = Math.min(best, ((performance.now() - startedAt) * 1e6) / calls / rowCount);
  }
  console.log(name.padEnd(56), `${best.toFixed(1)} ns`.padStart(10));
}

for (const count of [1, 16, rows]) {
  time(`dense 4→100 relu, ${count} rows`, count, () => {
    kernels.denseForward(observations, kernel, transposed, bias, hidden, count, 4, 100, relu);
  });
}
time('dense 100→2, 16 rows', 16, () => {
  kernels.denseForward(hidden, kernel, transposed, bias, logits, 16, 100, 2, linear);
});
time('softmax, sampling and log-probabilities of 2, 16 rows', 16, () => {
  kernels.categoricalAct(logits, NO_ADDRESS, uniforms, probabilities, logProbabilities, chosen, 16, 2, 2, 1);
});
time('gradient of the categorical loss, 320 rows', rows, () => {
  kernels.categoricalGradient(
    probabilities,
    logProbabilities,
    chosen,
    advantages,
    logitGradient,
    losses,
    rows,
    2,
    2,
    1,
    0.01,
    0,
  );
});
time('both gradients of a head 100→2, 320 rows', rows, () => {
  kernels.denseHeadGradient(
    hidden,
    logitGradient,
    transposed,
    kernelGradient,
    bias,
    hiddenGradient,
    scratch,
    rows,
    100,
    2,
    relu,
    0,
  );
});
time('the same in two passes', rows, () => {
  kernels.denseParameterGradient(hidden, logitGradient, kernelGradient, bias, rows, 100, 2);
  kernels.denseInputGradient(logitGradient, transposed, hidden, hiddenGradient, rows, 100, 2, relu, 0);
});
time('gradient by the weights of 4→100, 320 rows', rows, () => {
  kernels.denseParameterGradient(observations, hiddenGradient, kernelGradient, bias, rows, 4, 100);
});
time('dense 64→64 tanh, 160 rows', 160, () => {
  kernels.denseForward(input64, kernel64, transposed64, bias, output64, 160, 64, 64, tanh);
});
time('dense 64→64 linear, 160 rows', 160, () => {
  kernels.denseForward(input64, kernel64, transposed64, bias, output64, 160, 64, 64, linear);
});
time('gradient by the weights of 64→64, 160 rows', 160, () => {
  kernels.denseParameterGradient(input64, output64, kernelGradient64, bias, 160, 64, 64);
});
time('gradient by the inputs of 64→64 tanh, 160 rows', 160, () => {
  kernels.denseInputGradient(output64, transposed64, input64, gradient64, 160, 64, 64, tanh, 0);
});
time('Adam, 1103 parameters', 1, () => {
  kernels.adam(parameters, gradient, first, second, 1103, 1e-6, 0.9, 0.999, 1e-7, 1, 1);
});
