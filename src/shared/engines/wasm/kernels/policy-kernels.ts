// Interface of the kernels of policies and losses: sampling of actions, log-probabilities, and gradients of losses with
// respect to a network's outputs. Arguments are as in kernels.ts.
import type { Address } from './address.ts';

export interface PolicyKernels {
  /**
   * Computes softmax and log-softmax of each row of logits[rows, actions], and chosen[rows]: the action at which the
   * cumulative distribution passes uniforms[rows]. With NO_ADDRESS for `uniforms`, chooses the most probable action,
   * the first on ties. With NO_ADDRESS for `chosen`, chooses none. `mask` has 1 or 0 for each logit; NO_ADDRESS: no
   * mask. Rows of logits are `stride` numbers apart and rows of choices `choices`, because several distributions may
   * share a row.
   */
  categoricalAct(
    logits: Address,
    mask: Address,
    uniforms: Address,
    probabilities: Address,
    logProbabilities: Address,
    chosen: Address,
    rows: number,
    actions: number,
    stride: number,
    choices: number,
  ): void;
  /** ∂(mean(−log π(a)·A) − β·mean(H))/∂logits; losses[0] = policy loss, losses[1] = entropy, added if accumulate. */
  categoricalGradient(
    probabilities: Address,
    logProbabilities: Address,
    chosen: Address,
    advantages: Address,
    gradient: Address,
    losses: Address,
    rows: number,
    actions: number,
    stride: number,
    choices: number,
    entropyCoefficient: number,
    accumulate: number,
  ): void;
  /** target[rows] = log π(chosen) from categoricalAct's log-softmax, added to `target` if accumulate. */
  categoricalLogProbability(
    logProbabilities: Address,
    chosen: Address,
    target: Address,
    rows: number,
    stride: number,
    choices: number,
    accumulate: number,
  ): void;
  /** actions = means + e^logStandardDeviation·noise, all [rows, size]; with NO_ADDRESS for `noise`, the means. */
  gaussianAct(
    means: Address,
    logStandardDeviations: Address,
    noise: Address,
    actions: Address,
    rows: number,
    size: number,
  ): void;
  /**
   * ∂(mean(−log π(a)·A) − β·mean(H)) with respect to means and log standard deviations. Writes losses[0] and losses[1],
   * the mean of the means to losses[3] and the mean of the standard deviations to losses[4].
   */
  gaussianGradient(
    means: Address,
    logStandardDeviations: Address,
    actions: Address,
    advantages: Address,
    meanGradient: Address,
    logStandardDeviationGradient: Address,
    losses: Address,
    rows: number,
    size: number,
    entropyCoefficient: number,
  ): void;
  /** target[rows] = log π of the given actions. */
  gaussianLogProbability(
    means: Address,
    logStandardDeviations: Address,
    actions: Address,
    target: Address,
    rows: number,
    size: number,
  ): void;
  /** gaussianAct for rows of `size` means, followed by `size` x with σ = softplus(x) + minimum. */
  gaussianStateDependentAct(
    outputs: Address,
    noise: Address,
    actions: Address,
    rows: number,
    size: number,
    minimum: number,
  ): void;
  /** gaussianGradient with respect to such rows of outputs. */
  gaussianStateDependentGradient(
    outputs: Address,
    actions: Address,
    advantages: Address,
    gradient: Address,
    losses: Address,
    rows: number,
    size: number,
    minimum: number,
    entropyCoefficient: number,
  ): void;
  /** gaussianLogProbability for such rows of outputs. */
  gaussianStateDependentLogProbability(
    outputs: Address,
    actions: Address,
    target: Address,
    rows: number,
    size: number,
    minimum: number,
  ): void;
  /** actions = means + Σ_f features[·, f]·weights[·, f, k]; row r has its own noise weights [features, size]. */
  gsdeAct(
    means: Address,
    features: Address,
    weights: Address,
    actions: Address,
    rows: number,
    featureSize: number,
    size: number,
  ): void;
  /**
   * gaussianGradient with the variance Σ_f features[r, f]²·σ²[f, k] for row r and action k; features are held constant.
   * `scratch` has 2·featureSize·size numbers.
   */
  gsdeGradient(
    means: Address,
    features: Address,
    logStandardDeviations: Address,
    actions: Address,
    advantages: Address,
    meanGradient: Address,
    logStandardDeviationGradient: Address,
    scratch: Address,
    losses: Address,
    rows: number,
    featureSize: number,
    size: number,
    entropyCoefficient: number,
  ): void;
  /** gaussianLogProbability with the variances of gsdeGradient; `scratch` has featureSize·size numbers. */
  gsdeLogProbability(
    means: Address,
    features: Address,
    logStandardDeviations: Address,
    actions: Address,
    scratch: Address,
    target: Address,
    rows: number,
    featureSize: number,
    size: number,
  ): void;
  /**
   * weights[rows] = the slope of min(ρ·A, clip(ρ, 1 ± clipRange)·A) with respect to log π, where ρ = π/π_old. The
   * policies' gradient kernels take it instead of advantages. losses[5] = the mean of −min(…), losses[6] = mean(ρ − 1 −
   * log ρ), losses[7] = the share of rows with |ρ − 1| > clipRange.
   */
  clippedSurrogate(
    logProbabilities: Address,
    oldLogProbabilities: Address,
    advantages: Address,
    weights: Address,
    losses: Address,
    rows: number,
    clipRange: number,
  ): void;
  /**
   * ∂(coefficient·mean(max((R − V)², (R − W)²)))/∂V with W = V_old + clip(V − V_old, ± range); losses[2] = that mean
   * without the coefficient.
   */
  clippedValueGradient(
    values: Address,
    oldValues: Address,
    returns: Address,
    gradient: Address,
    losses: Address,
    rows: number,
    coefficient: number,
    range: number,
  ): void;
  /**
   * Computes one element of each row's action: the output x, or with `squash` center + half·tanh(x), which maps to low
   * … high; adds noise (NO_ADDRESS: none) and clips to low … high. Rows of outputs and noise are `size` numbers apart,
   * rows of actions `stride`.
   */
  deterministicAct(
    outputs: Address,
    noise: Address,
    actions: Address,
    rows: number,
    size: number,
    stride: number,
    low: number,
    high: number,
    squash: number,
  ): void;
  /** ∂(coefficient·mean((R − V)²))/∂V; losses[2] = mean((R − V)²). */
  valueGradient(
    values: Address,
    returns: Address,
    gradient: Address,
    losses: Address,
    rows: number,
    coefficient: number,
  ): void;
}
