// Public API of the package.

export { A3CClient } from './client/a3c-client.ts';
export type { JobFilter } from './client/method-options.ts';
export {
  A3CSettingsError,
  A3CAnswerError,
  A3CApiError,
  A3CError,
  A3CNetworkError,
} from './client/client-errors.ts';
export type { A3CClientOptions } from './client/api-connection.ts';
export type { DownloadedModel } from './client/downloaded-model.ts';
export type { ExportFormat } from './shared/onnx/export-formats.ts';
export type { JobEvent } from './shared/api/job-event.ts';
export type { LearningCurvePoint } from './shared/api/learning-curve.ts';
export type { ServerStatus } from './shared/api/server-status.ts';

export type { TrainOptions } from './master/train.ts';
export type { TrainingListener, TrainingOutcome } from './master/training-run-options.ts';
export type { ServerSettingsInput } from './server/config.ts';
export type { RunningServer } from './server/running-server.ts';
export { startServer, train } from './programs.ts';

export { AppError } from './shared/errors/app-error.ts';
export { defineEnvironment } from './shared/environments/custom/define-environment.ts';
export type {
  ActionSpaceInput,
  BoxInput,
  BatchRows,
  CustomBatch,
  CustomEnvironment,
  CustomEnvironmentDefinition,
  Observation,
  StepResult,
} from './shared/environments/custom/custom-environment.ts';
export type { Environment, EnvironmentDefinition } from './shared/environments/environment.ts';
export type { BatchOptions, EnvironmentBatch, WorldState } from './shared/environments/environment-batch.ts';
export type { Scene, SceneColor, ScenePoint, SceneShape } from './shared/environments/scene.ts';
export { openBatch } from './shared/environments/open-batch.ts';
export { CONTINUES, TERMINATED, TRUNCATED } from './shared/returns/generalized-advantage.ts';
export { builtInEnvironments } from './shared/environments/built-in-environments.ts';
export { EnvironmentRegistry } from './shared/environments/registry.ts';
export {
  createBoxSpace,
  flatSize,
  type BoxSpace,
  type DiscreteSpace,
  type MultiDiscreteSpace,
  type Space,
} from './shared/spaces/space.ts';
export { Random } from './shared/random/random.ts';

export { jobRequestSchema, jobSpecSchema, type JobRequest, type JobSpec } from './shared/job/job-spec.ts';
export {
  jobSchema,
  type EvaluationResult,
  type Job,
  type JobId,
  type JobState,
  type TrainingFigures,
} from './shared/job/job.ts';
export type { ModelName } from './shared/job/model-name.ts';
export { jobDefaults, optimizerDefaults } from './shared/job/job-defaults.ts';
export type { Preset } from './shared/job/preset.ts';
export { presets } from './shared/job/presets.ts';
export { InvalidJobError, resolveJobSpec } from './shared/job/resolve-job-spec.ts';
export { networkSpecSchema, type NetworkSpec } from './shared/network/network-spec.ts';
export { policySpecSchema, type PolicySpec } from './shared/policy/policy-spec.ts';

export { readArtifact } from './shared/artifacts/read-artifact.ts';
export { readModelCard, type ModelCard } from './shared/model-format/model-card.ts';
