// The kernels of policies and losses: drawing actions, their log-probabilities, and gradients of losses by what a network
// gives. Arguments are as in kernels.ts.

export interface PolicyKernels {
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
}
