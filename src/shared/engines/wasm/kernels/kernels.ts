// The numeric kernels as seen from TypeScript. Arguments are byte addresses of float32 arrays in one memory, and
// counts; assembly/ holds the WebAssembly sources, which tests compare with plain TypeScript.
import type { Activation } from '../../../network/network-spec.ts';

/** How kernels name an activation. */
export const activationCodes: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, tanh: 2, elu: 3 };

export interface Kernels {
  /** y[rows, outputs] = activation(x[rows, inputs] · kernel[inputs, outputs] + bias); `transposed` is kernelᵀ. */
  denseForward(
    x: number,
    kernel: number,
    transposed: number,
    bias: number,
    y: number,
    rows: number,
    inputs: number,
    outputs: number,
    activation: number,
  ): void;
  /** kernelGradient = xᵀ·dy, biasGradient = Σ dy over the rows. */
  denseParameterGradient(
    x: number,
    dy: number,
    kernelGradient: number,
    biasGradient: number,
    rows: number,
    inputs: number,
    outputs: number,
  ): void;
  /** dx = (dy · kernelᵀ [+ dx if accumulate]) ⊙ activation′, the derivative taken at the activated outputs x. */
  denseInputGradient(
    dy: number,
    transposed: number,
    x: number,
    dx: number,
    rows: number,
    inputs: number,
    outputs: number,
    activation: number,
    accumulate: number,
  ): void;
  /** target[columns, rows] = source[rows, columns]ᵀ. */
  transpose(source: number, target: number, rows: number, columns: number): void;
  /**
   * Both gradients of a layer of one to three outputs in one pass: kernelGradient = xᵀ·dy, biasGradient = Σ dy,
   * dx = (dy · kernelᵀ [+ dx if accumulate]) ⊙ activation′. `sums` is scratch space as large as the kernel.
   */
  denseHeadGradient(
    x: number,
    dy: number,
    transposed: number,
    kernelGradient: number,
    biasGradient: number,
    dx: number,
    sums: number,
    rows: number,
    inputs: number,
    outputs: number,
    activation: number,
    accumulate: number,
  ): void;
  /**
   * Convolution without padding of rows of x[height, width, channels] with kernel[kernelSize, kernelSize, channels,
   * filters], whose steps are `stride` wide: y = activation(x ∗ kernel + bias), rows of [height, width, filters].
   */
  convolutionForward(
    x: number,
    kernel: number,
    bias: number,
    y: number,
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
    x: number,
    dy: number,
    kernelGradient: number,
    biasGradient: number,
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
    dy: number,
    transposed: number,
    x: number,
    dx: number,
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
   * States are rows of slots of which the first is zero; predecessors[row] + 1, an integer, is the slot that a row
   * goes on from. joined[rows, inputs + units] = [x, state before].
   */
  joinStates(
    x: number,
    states: number,
    predecessors: number,
    joined: number,
    rows: number,
    inputs: number,
    units: number,
  ): void;
  /** Activates gates[rows, 4·units] (i f g o) in place: c = f ⊙ c₋₁ + i ⊙ g, h = o ⊙ tanh(c); `states` holds c₋₁. */
  lstmCell(
    gates: number,
    states: number,
    predecessors: number,
    cells: number,
    hidden: number,
    rows: number,
    units: number,
  ): void;
  /** ∂L/∂gates before their activation; ∂L/∂c₋₁ is added to its slot of `stateGradients`. */
  lstmCellGradient(
    gates: number,
    states: number,
    predecessors: number,
    cells: number,
    hiddenGradient: number,
    cellGradient: number,
    stateGradients: number,
    gateGradient: number,
    rows: number,
    units: number,
  ): void;
  /** Adds x[rows, units] to the slots that the rows went on from. */
  addToStates(x: number, states: number, predecessors: number, rows: number, units: number): void;
  /**
   * Row-wise softmax and log-softmax of logits[rows, actions], and chosen[rows]: the action at which the cumulative
   * distribution passes uniforms[rows], or with address 0 the most probable one, the first on ties. With address 0 for
   * `chosen` none is chosen.
   * `mask` holds 1 or 0 per logit, address 0 for none. Rows of logits are `stride` numbers apart, those of choices
   * `choices`: several distributions may share a row.
   */
  categoricalAct(
    logits: number,
    mask: number,
    uniforms: number,
    probabilities: number,
    logProbabilities: number,
    chosen: number,
    rows: number,
    actions: number,
    stride: number,
    choices: number,
  ): void;
  /** ∂(mean(−log π(a)·A) − β·mean(H))/∂logits; losses[0] = policy loss, losses[1] = entropy, added if accumulate. */
  categoricalGradient(
    probabilities: number,
    logProbabilities: number,
    chosen: number,
    advantages: number,
    gradient: number,
    losses: number,
    rows: number,
    actions: number,
    stride: number,
    choices: number,
    entropyCoefficient: number,
    accumulate: number,
  ): void;
  /** target[rows] = log π(chosen) from categoricalAct's log-softmax, added to `target` if accumulate. */
  categoricalLogProbability(
    logProbabilities: number,
    chosen: number,
    target: number,
    rows: number,
    stride: number,
    choices: number,
    accumulate: number,
  ): void;
  /** actions = means + e^logStandardDeviation·noise, all [rows, size]; with noise at address 0 the means. */
  gaussianAct(
    means: number,
    logStandardDeviations: number,
    noise: number,
    actions: number,
    rows: number,
    size: number,
  ): void;
  /**
   * ∂(mean(−log π(a)·A) − β·mean(H)) by means and log standard deviations; writes losses[0] and losses[1], the mean of
   * the means to losses[3] and that of the standard deviations to losses[4].
   */
  gaussianGradient(
    means: number,
    logStandardDeviations: number,
    actions: number,
    advantages: number,
    meanGradient: number,
    logStandardDeviationGradient: number,
    losses: number,
    rows: number,
    size: number,
    entropyCoefficient: number,
  ): void;
  /** target[rows] = log π of the actions given. */
  gaussianLogProbability(
    means: number,
    logStandardDeviations: number,
    actions: number,
    target: number,
    rows: number,
    size: number,
  ): void;
  /** gaussianAct with rows of `size` means, then `size` x of σ = softplus(x) + minimum. */
  gaussianStateDependentAct(
    outputs: number,
    noise: number,
    actions: number,
    rows: number,
    size: number,
    minimum: number,
  ): void;
  /** gaussianGradient by such rows of outputs. */
  gaussianStateDependentGradient(
    outputs: number,
    actions: number,
    advantages: number,
    gradient: number,
    losses: number,
    rows: number,
    size: number,
    minimum: number,
    entropyCoefficient: number,
  ): void;
  /** gaussianLogProbability of such rows of outputs. */
  gaussianStateDependentLogProbability(
    outputs: number,
    actions: number,
    target: number,
    rows: number,
    size: number,
    minimum: number,
  ): void;
  /** actions = means + Σ_f features[·, f]·weights[·, f, k]: row r has the noise weights [features, size] of matrix r. */
  gsdeAct(
    means: number,
    features: number,
    weights: number,
    actions: number,
    rows: number,
    featureSize: number,
    size: number,
  ): void;
  /**
   * gaussianGradient where the variance of row r and action k is Σ_f features[r, f]²·σ²[f, k], features held constant.
   * `scratch` holds 2·featureSize·size numbers.
   */
  gsdeGradient(
    means: number,
    features: number,
    logStandardDeviations: number,
    actions: number,
    advantages: number,
    meanGradient: number,
    logStandardDeviationGradient: number,
    scratch: number,
    losses: number,
    rows: number,
    featureSize: number,
    size: number,
    entropyCoefficient: number,
  ): void;
  /** gaussianLogProbability with the variances of gsdeGradient; `scratch` holds featureSize·size numbers. */
  gsdeLogProbability(
    means: number,
    features: number,
    logStandardDeviations: number,
    actions: number,
    scratch: number,
    target: number,
    rows: number,
    featureSize: number,
    size: number,
  ): void;
  /**
   * weights[rows]: the slope of min(ρ·A, clip(ρ, 1 ± clipRange)·A) by log π, where ρ = π/π_old; the policies' gradient
   * kernels take it in place of advantages. losses[5] = the mean of −min(…), losses[6] = mean(ρ − 1 − log ρ),
   * losses[7] = the share of rows with |ρ − 1| > clipRange.
   */
  clippedSurrogate(
    logProbabilities: number,
    oldLogProbabilities: number,
    advantages: number,
    weights: number,
    losses: number,
    rows: number,
    clipRange: number,
  ): void;
  /**
   * ∂(coefficient·mean(max((R − V)², (R − W)²)))/∂V with W = V_old + clip(V − V_old, ± range); losses[2] = that mean
   * without the coefficient.
   */
  clippedValueGradient(
    values: number,
    oldValues: number,
    returns: number,
    gradient: number,
    losses: number,
    rows: number,
    coefficient: number,
    range: number,
  ): void;
  /** y[rows, size] = (x − mean)/√(variance + epsilon), element by element. */
  normalize(
    x: number,
    mean: number,
    variance: number,
    y: number,
    rows: number,
    size: number,
    epsilon: number,
  ): void;
  /**
   * One element of each row's action: the output x, or with `squash` x ← center + half·tanh(x) of low … high, plus noise
   * (address 0: none), clipped to low … high. Rows of outputs and noise are `size` numbers apart, actions `stride`.
   */
  deterministicAct(
    outputs: number,
    noise: number,
    actions: number,
    rows: number,
    size: number,
    stride: number,
    low: number,
    high: number,
    squash: number,
  ): void;
  /** ∂(coefficient·mean((R − V)²))/∂V; losses[2] = mean((R − V)²). */
  valueGradient(
    values: number,
    returns: number,
    gradient: number,
    losses: number,
    rows: number,
    coefficient: number,
  ): void;
  /** Σ x²; not finite when an element is not. */
  sumOfSquares(x: number, length: number): number;
  /** x ← factor·x. */
  scale(x: number, length: number, factor: number): void;
  /** x ← 0. */
  clear(x: number, length: number): void;
  /** target ← target + x. */
  addTo(target: number, x: number, length: number): void;
  /** target ← target + fraction·(x − target). */
  blend(target: number, x: number, length: number, fraction: number): void;
  /** Limits each element to ±limit; NaN stays NaN. */
  clipValues(x: number, length: number, limit: number): void;
  /** One Adam step with tfjs's formula; correctionᵢ = 1/(1 − βᵢᵗ). */
  adam(
    parameters: number,
    gradient: number,
    firstMoment: number,
    secondMoment: number,
    length: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
  ): void;
  /** One RMSProp step with tfjs's formula. */
  rmsProp(
    parameters: number,
    gradient: number,
    meanSquare: number,
    update: number,
    length: number,
    learningRate: number,
    decay: number,
    momentum: number,
    epsilon: number,
  ): void;
}

/** Every kernel by name: what a kernel module must export. */
export const kernelNames = [
  'denseForward',
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

/** Most outputs a layer may have for `denseHeadGradient`. */
export const MAX_HEAD_OUTPUTS = 3;
