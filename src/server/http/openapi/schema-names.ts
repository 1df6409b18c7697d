// Names of schemas in the OpenAPI document. The client exports a type of the same name for each.
import { z } from 'zod';
import { actionsAnswerSchema, actionsRequestSchema } from '../../../shared/api/actions.ts';
import {
  environmentListSchema,
  environmentSummarySchema,
  presetListSchema,
  presetSummarySchema,
} from '../../../shared/api/catalogue.ts';
import {
  experimentJobSchema,
  experimentOverviewSchema,
  experimentPageSchema,
  experimentRequestSchema,
  experimentSchema,
  experimentVariationSchema,
  scoreSchema,
  variationSchema,
} from '../../../shared/api/experiment.ts';
import {
  eventPageSchema,
  jobEventRecordSchema,
  jobEventSchema,
  newestEventsSchema,
} from '../../../shared/api/job-event.ts';
import { jobPageAnswerSchema } from '../../../shared/api/job-page.ts';
import {
  curveBandsSchema,
  evaluationListSchema,
  learningCurvePointSchema,
  learningCurveSchema,
} from '../../../shared/api/learning-curve.ts';
import { problemSchema } from '../../../shared/api/problem.ts';
import {
  evaluationRequestSchema,
  requestedEvaluationListSchema,
  requestedEvaluationSchema,
} from '../../../shared/api/requested-evaluation.ts';
import { resumeRequestSchema } from '../../../shared/api/resume-request.ts';
import {
  healthSchema,
  jobOverviewPageSchema,
  jobOverviewSchema,
  serverFactsSchema,
  serverStatusSchema,
} from '../../../shared/api/server-status.ts';
import { sessionSchema, signInRequestSchema } from '../../../shared/api/session.ts';
import { storageReportSchema } from '../../../shared/api/storage-report.ts';
import {
  tuningJobSchema,
  tuningRequestSchema,
  tuningSchema,
  tuningScoreSchema,
  tuningTrialSchema,
} from '../../../shared/api/tuning.ts';
import { deliveryListSchema, deliverySchema, webhookPayloadSchema } from '../../../shared/api/webhook.ts';
import { wrappersSchema } from '../../../shared/environments/wrappers/wrappers-spec.ts';
import { checkpointSchema, evaluationSchema, stopSchema } from '../../../shared/job-fields/job-fields.ts';
import {
  evaluationResultSchema,
  jobAnswerSchema,
  jobChangeSchema,
  jobStateSchema,
  jobWarningSchema,
  trainingFiguresSchema,
} from '../../../shared/job/job.ts';
import { jobChangesSchema } from '../../../shared/job/job-changes.ts';
import {
  algorithmSchema,
  jobRequestSchema,
  jobSpecSchema,
  startFromSchema,
} from '../../../shared/job/job-spec.ts';
import { modelNameSchema } from '../../../shared/job/model-name.ts';
import { spaceDescriptionSchema } from '../../../shared/model-format/space-description.ts';
import { layerSchema } from '../../../shared/network/layers/layer-spec.ts';
import { networkSpecSchema } from '../../../shared/network/network-spec.ts';
import { optimizerSchema } from '../../../shared/optimizers/optimizer-spec.ts';
import { policySpecSchema } from '../../../shared/policy/policy-spec.ts';

const namedSchemas = {
  ActionsAnswer: actionsAnswerSchema,
  ActionsRequest: actionsRequestSchema,
  Algorithm: algorithmSchema,
  CheckpointSettings: checkpointSchema,
  CurveBands: curveBandsSchema,
  Delivery: deliverySchema,
  DeliveryList: deliveryListSchema,
  EnvironmentList: environmentListSchema,
  EnvironmentSummary: environmentSummarySchema,
  EvaluationList: evaluationListSchema,
  EvaluationRequest: evaluationRequestSchema,
  EvaluationResult: evaluationResultSchema,
  EvaluationSettings: evaluationSchema,
  EventPage: eventPageSchema,
  Experiment: experimentSchema,
  ExperimentJob: experimentJobSchema,
  ExperimentOverview: experimentOverviewSchema,
  ExperimentPage: experimentPageSchema,
  ExperimentRequest: experimentRequestSchema,
  ExperimentVariation: experimentVariationSchema,
  Health: healthSchema,
  Job: jobAnswerSchema,
  JobChange: jobChangeSchema,
  JobChanges: jobChangesSchema,
  JobEvent: jobEventSchema,
  JobEventRecord: jobEventRecordSchema,
  JobOverview: jobOverviewSchema,
  JobOverviewPage: jobOverviewPageSchema,
  JobPage: jobPageAnswerSchema,
  JobRequest: jobRequestSchema,
  JobSpec: jobSpecSchema,
  JobState: jobStateSchema,
  JobWarning: jobWarningSchema,
  Layer: layerSchema,
  LearningCurve: learningCurveSchema,
  LearningCurvePoint: learningCurvePointSchema,
  ModelName: modelNameSchema,
  NetworkSpec: networkSpecSchema,
  NewestEvents: newestEventsSchema,
  OptimizerSpec: optimizerSchema,
  PolicySpec: policySpecSchema,
  PresetList: presetListSchema,
  PresetSummary: presetSummarySchema,
  Problem: problemSchema,
  RequestedEvaluation: requestedEvaluationSchema,
  RequestedEvaluationList: requestedEvaluationListSchema,
  ResumeRequest: resumeRequestSchema,
  Score: scoreSchema,
  ServerFacts: serverFactsSchema,
  ServerStatus: serverStatusSchema,
  Session: sessionSchema,
  SignInRequest: signInRequestSchema,
  SpaceDescription: spaceDescriptionSchema,
  StartFrom: startFromSchema,
  StopLimits: stopSchema,
  StorageReport: storageReportSchema,
  TrainingFigures: trainingFiguresSchema,
  Tuning: tuningSchema,
  TuningJob: tuningJobSchema,
  TuningRequest: tuningRequestSchema,
  TuningScore: tuningScoreSchema,
  TuningTrial: tuningTrialSchema,
  Variation: variationSchema,
  WebhookPayload: webhookPayloadSchema,
  WrappersSpec: wrappersSchema,
} as const;

/** Schemas by their names. It is no global registry: fields of flags and forms are described without references. */
export const schemaNames = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(namedSchemas)) schemaNames.add(schema, { id });
