// Interface of the numeric kernels. Arguments are addresses of float32 arrays in one memory, and counts. Their
// WebAssembly sources are in assembly/; tests compare them with plain TypeScript.
import type { Address } from './address.ts';
import type { PolicyKernels } from './policy-kernels.ts';
import type { Activation } from '../../../network/layers/activation.ts';

/** Codes of the activations in the kernels. */
export const activationCodes: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, tanh: 2, elu: 3 };

export interface Kernels extends PolicyKernels {
  /** y[rows, outputs] = activation(x[rows, inputs] · kernel[inputs, outputs] + bias); `transposed` is kernelᵀ. */
  denseForward(
    x: Address,
    kernel: Address,
    transposed: Address,
    bias: Address,
    y: Address,
    rows: number,
    inputs: number,
    outputs: number,
    activation: number,
  ): void;
  /**
   * Dense layers, one after another. Each has eight numbers at `layers`: the addresses x, kernel, transposed, bias and y
   * of row 0, then inputs, outputs and activation.
   */
  denseForwardAll(layers: Address, count: number, firstRow: number, rows: number): void;
  /** kernelGradient = xᵀ·dy, biasGradient = Σ dy over the rows. */
  denseParameterGradient(
    x: Address,
    dy: Address,
    kernelGradient: Address,
    biasGradient: Address,
    rows: number,
    inputs: number,
    outputs: number,
  ): void;
  /** dx = (dy · kernelᵀ [+ dx if accumulate]) ⊙ activation′, the derivative taken at the activated outputs x. */
  denseInputGradient(
    dy: Address,
    transposed: Address,
    x: Address,
    dx: Address,
    rows: number,
    inputs: number,
    outputs: number,
    activation: number,
    accumulate: number,
  ): void;
  /** target[columns, rows] = source[rows, columns]ᵀ. */
  transpose(source: Address, target: Address, rows: number, columns: number): void;
  /**
   * Both gradients of a layer with one to three outputs in one pass: kernelGradient = xᵀ·dy, biasGradient = Σ dy, dx =
   * (dy · kernelᵀ [+ dx if accumulate]) ⊙ activation′. `sums` is scratch space as large as the kernel.
   */
  denseHeadGradient(
    x: Address,
    dy: Address,
    transposed: Address,
    kernelGradient: Address,
    biasGradient: Address,
    dx: Address,
    sums: Address,
    rows: number,
    inputs: number,
    outputs: number,
    activation: number,
    accumulate: number,
  ): void;
  /**
   * Convolution without padding: y = activation(x ∗ kernel + bias), for rows x[height, width, channels] and
   * kernel[kernelSize, kernelSize, channels, filters] with steps of `stride`; rows of y are [height, width, filters].
   */
  convolutionForward(
    x: Address,
    kernel: Address,
    bias: Address,
    y: Address,
    rows: number,
    height: number,
    width: number,
    channels: number,
    filters: number,
    kernelSize: number,
    stride: number,
    activation: number,
  ): void;
  /** ∂L/∂kernel and ∂L/∂bias from dy = ∂L/∂y before the activation. */
  convolutionParameterGradient(
    x: Address,
    dy: Address,
    kernelGradient: Address,
    biasGradient: Address,
    rows: number,
    height: number,
    width: number,
    channels: number,
    filters: number,
    kernelSize: number,
    stride: number,
  ): void;
  /**
   * dx = ∂L/∂x ⊙ activation′, the derivative taken at the activated outputs x. `transposed` is the kernel as
   * [kernelSize, filters, kernelSize·channels].
   */
  convolutionInputGradient(
    dy: Address,
    transposed: Address,
    x: Address,
    dx: Address,
    rows: number,
    height: number,
    width: number,
    channels: number,
    filters: number,
    kernelSize: number,
    stride: number,
    activation: number,
  ): void;
  /**
   * joined[rows, inputs + units] = [x, previous state]. States are rows of slots, and the first slot is zero.
   * predecessors[row] + 1, an integer, is the slot of the row's previous state.
   */
  joinStates(
    x: Address,
    states: Address,
    predecessors: Address,
    joined: Address,
    rows: number,
    inputs: number,
    units: number,
  ): void;
  /** Activates gates[rows, 4·units] (i f g o) in place: c = f ⊙ c₋₁ + i ⊙ g, h = o ⊙ tanh(c); `states` holds c₋₁. */
  lstmCell(
    gates: Address,
    states: Address,
    predecessors: Address,
    cells: Address,
    hidden: Address,
    rows: number,
    units: number,
  ): void;
  /** Computes ∂L/∂gates before their activation; adds ∂L/∂c₋₁ to its slot of `stateGradients`. */
  lstmCellGradient(
    gates: Address,
    states: Address,
    predecessors: Address,
    cells: Address,
    hiddenGradient: Address,
    cellGradient: Address,
    stateGradients: Address,
    gateGradient: Address,
    rows: number,
    units: number,
  ): void;
  /** Adds x[rows, units] to the slots of the rows' previous states. */
  addToStates(x: Address, states: Address, predecessors: Address, rows: number, units: number): void;
  /** y[rows, size] = (x − mean)/√(variance + epsilon), element by element. */
  normalize(
    x: Address,
    mean: Address,
    variance: Address,
    y: Address,
    rows: number,
    size: number,
    epsilon: number,
  ): void;
  /** Σ x²; not finite if an element is not finite. */
  sumOfSquares(x: Address, length: number): number;
  /** x ← factor·x. */
  scale(x: Address, length: number, factor: number): void;
  /** x ← 0. */
  clear(x: Address, length: number): void;
  /** target ← target + x. */
  addTo(target: Address, x: Address, length: number): void;
  /** target ← target + fraction·(x − target). */
  blend(target: Address, x: Address, length: number, fraction: number): void;
  /** Clips each element to ±limit; NaN stays NaN. */
  clipValues(x: Address, length: number, limit: number): void;
  /** One Adam step with the formula of tfjs; correctionᵢ = 1/(1 − βᵢᵗ). */
  adam(
    parameters: Address,
    gradient: Address,
    firstMoment: Address,
    secondMoment: Address,
    length: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
  ): void;
  /** One RMSProp step with the formula of tfjs. */
  rmsProp(
    parameters: Address,
    gradient: Address,
    meanSquare: Address,
    update: Address,
    length: number,
    learningRate: number,
    decay: number,
    momentum: number,
    epsilon: number,
  ): void;
}

/** Names of all kernels, which a kernel module must export. */
export const kernelNames = [
  'denseForward',
  'denseForwardAll',
  'denseParameterGradient',
  'denseInputGradient',
  'denseHeadGradient',
  'transpose',
  'convolutionForward',
  'convolutionParameterGradient',
  'convolutionInputGradient',
  'joinStates',
  'lstmCell',
  'lstmCellGradient',
  'addToStates',
  'categoricalAct',
  'categoricalGradient',
  'categoricalLogProbability',
  'gaussianAct',
  'gaussianGradient',
  'gaussianLogProbability',
  'gaussianStateDependentAct',
  'gaussianStateDependentGradient',
  'gaussianStateDependentLogProbability',
  'gsdeAct',
  'gsdeGradient',
  'gsdeLogProbability',
  'clippedSurrogate',
  'clippedValueGradient',
  'normalize',
  'deterministicAct',
  'valueGradient',
  'sumOfSquares',
  'scale',
  'clear',
  'addTo',
  'blend',
  'clipValues',
  'adam',
  'rmsProp',
] as const satisfies readonly (keyof Kernels)[];

/** Maximum number of outputs of a layer for `denseHeadGradient`. */
export const MAX_HEAD_OUTPUTS = 3;
