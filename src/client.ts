// `a3c-server/client`: the client of the HTTP API, for browsers and Node. No module that it imports needs Node or zod.
export { A3CClient } from './client/a3c-client.ts';
export type {
  BandOptions,
  CreateJobOptions,
  CurveRange,
  JobFilter,
  ModelFile,
  PageOptions,
  TableOptions,
} from './client/method-options.ts';
export type { ChooseActionsOptions, EvaluateOptions, NestedRow, NumberRow } from './client/acting.ts';
export type { A3CClientOptions, CallOptions } from './client/api-connection.ts';
export {
  A3CSettingsError,
  A3CAnswerError,
  A3CApiError,
  A3CError,
  A3CNetworkError,
  A3CPlayerError,
} from './client/client-errors.ts';
export type { DownloadedModel } from './client/downloaded-model.ts';
export type { JobEventsOptions } from './client/job-events.ts';
export type { PlayedStep, PlayOptions } from './client/played-steps.ts';
export type { StreamOptions } from './client/reconnect.ts';
export type { ServerChange } from './client/server-changes.ts';
export { AppError, type InputIssue } from './shared/errors/app-error.ts';
export { isFinished } from './shared/job/transition.ts';
export { InvalidModelError } from './shared/model-format/invalid-model-error.ts';

export type { ActionsAnswer, ActionsRequest } from './shared/api/actions.ts';
export type {
  EnvironmentList,
  EnvironmentSummary,
  PresetList,
  PresetSummary,
} from './shared/api/catalogue.ts';
export type {
  Experiment,
  ExperimentJob,
  ExperimentOverview,
  ExperimentPage,
  ExperimentVariation,
  PostedExperiment as ExperimentRequest,
  PostedVariation as Variation,
  Score,
} from './shared/api/experiment.ts';
export type { EventPage, JobEvent, JobEventRecord, NewestEvents } from './shared/api/job-event.ts';
export type { JobPage } from './shared/api/job-page.ts';
export type {
  CurveBands,
  CurveColumn,
  EvaluationList,
  LearningCurve,
  LearningCurvePoint,
} from './shared/api/learning-curve.ts';
export type { Problem } from './shared/api/problem.ts';
export type {
  EvaluationRequest,
  RequestedEvaluation,
  RequestedEvaluationList,
} from './shared/api/requested-evaluation.ts';
export type { ResumeRequest } from './shared/api/resume-request.ts';
export type {
  Health,
  JobOverview,
  JobOverviewPage,
  ServerFacts,
  ServerStatus,
} from './shared/api/server-status.ts';
export type { Session, SignInRequest } from './shared/api/session.ts';
export type { StorageReport } from './shared/api/storage-report.ts';
export type {
  PostedTuning as TuningRequest,
  Tuning,
  TuningJob,
  TuningScore,
  TuningTrial,
} from './shared/api/tuning.ts';
export type { Delivery, DeliveryList, WebhookPayload } from './shared/api/webhook.ts';
export type { WrappersSpec } from './shared/environments/wrappers/wrappers-spec.ts';
export type { CheckpointSettings, EvaluationSettings, StopLimits } from './shared/job-fields/job-fields.ts';
export type { Algorithm, JobRequest, JobSpec, StartFrom } from './shared/job/job-spec.ts';
export type {
  EvaluationResult,
  Job,
  JobChange,
  JobId,
  JobState,
  JobWarning,
  TrainingFigures,
} from './shared/job/job.ts';
export type { JobChanges } from './shared/job/job-changes.ts';
export type { ModelName } from './shared/job/model-name.ts';
export type { ModelCard } from './shared/model-format/model-card.ts';
export type { SpaceDescription } from './shared/model-format/space-description.ts';
export type { Layer } from './shared/network/layers/layer-spec.ts';
export type { NetworkSpec } from './shared/network/network-spec.ts';
export type { ExportFormat } from './shared/onnx/export-formats.ts';
export type { OptimizerSpec } from './shared/optimizers/optimizer-spec.ts';
export type { PolicySpec } from './shared/policy/policy-spec.ts';
