// Names that fields of a job have in other libraries.

/**
 * Parameters of Stable-Baselines3, with the fields that do the same. docs/from-stable-baselines3.md has this table for
 * people.
 */
export const stableBaselines3Names: Readonly<Record<string, readonly string[]>> = {
  batch_size: ['ppo.minibatches', 'ddpg.batchSize'],
  buffer_size: ['ddpg.replaySize'],
  clip_range: ['ppo.clipRange'],
  clip_range_vf: ['ppo.valueClipRange'],
  ent_coef: ['entropyCoefficient'],
  gae_lambda: ['gaeLambda'],
  gamma: ['discount'],
  learning_rate: ['optimizer.learningRate'],
  learning_starts: ['ddpg.warmUp.criticSteps'],
  max_grad_norm: ['maxGradientNorm'],
  n_envs: ['workers', 'environmentsPerWorker'],
  n_epochs: ['ppo.epochs'],
  n_steps: ['rolloutLength'],
  net_arch: ['network.layers', 'network.shared'],
  normalize_advantage: ['normalizeAdvantages'],
  rms_prop_eps: ['optimizer.epsilon'],
  sde_sample_freq: ['policy.stepsPerDraw'],
  target_kl: ['ppo.targetKl'],
  tau: ['ddpg.targetUpdate.fraction'],
  total_timesteps: ['stop.maxSteps'],
  use_rms_prop: ['optimizer.type'],
  use_sde: ['policy.type'],
  vf_coef: ['valueCoefficient'],
};

/** Usual names elsewhere: in papers, CleanRL, RLlib and Gymnasium. */
export const usualNames: Readonly<Record<string, readonly string[]>> = {
  algo: ['algorithm'],
  anneal_lr: ['optimizer.schedule'],
  clip_coef: ['ppo.clipRange'],
  clip_param: ['ppo.clipRange'],
  entropy_coeff: ['entropyCoefficient'],
  env_id: ['environment'],
  frame_skip: ['wrappers.actionRepeat'],
  grad_clip: ['maxGradientNorm'],
  hidden: ['network.layers'],
  hidden_sizes: ['network.layers'],
  lambda: ['gaeLambda'],
  lr: ['optimizer.learningRate'],
  max_episode_steps: ['wrappers.timeLimit'],
  norm_adv: ['normalizeAdvantages'],
  num_envs: ['workers', 'environmentsPerWorker'],
  num_env_runners: ['workers'],
  num_minibatches: ['ppo.minibatches'],
  num_sgd_iter: ['ppo.epochs'],
  num_steps: ['rolloutLength'],
  num_workers: ['workers'],
  n_workers: ['workers'],
  policy_kwargs: ['network'],
  rollout_fragment_length: ['rolloutLength'],
  t_max: ['rolloutLength'],
  timesteps: ['stop.maxSteps'],
  update_epochs: ['ppo.epochs'],
  vf_loss_coeff: ['valueCoefficient'],
};
