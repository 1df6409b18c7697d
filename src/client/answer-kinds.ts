// The kinds of answers of the API.
import type { EnvironmentList, PresetList } from '../shared/api/catalogue.ts';
import type { Experiment, ExperimentPage } from '../shared/api/experiment.ts';
import type { EventPage, NewestEvents } from '../shared/api/job-event.ts';
import type { ActionsAnswer } from '../shared/api/actions.ts';
import type { RequestedEvaluation, RequestedEvaluationList } from '../shared/api/requested-evaluation.ts';
import type { JobPage } from '../shared/api/job-page.ts';
import type { CurveBands, EvaluationList, LearningCurve } from '../shared/api/learning-curve.ts';
import type { JobOverview, JobOverviewPage, ServerStatus } from '../shared/api/server-status.ts';
import type { Session } from '../shared/api/session.ts';
import type { StorageReport } from '../shared/api/storage-report.ts';
import type { Tuning } from '../shared/api/tuning.ts';
import type { DeliveryList } from '../shared/api/webhook.ts';
import type { Job } from '../shared/job/job.ts';
import type { AnswerKind } from './answers.ts';

const pageFields = ['data', 'hasMore', 'lastId'] as const;

export const jobKind: AnswerKind<Job> = { name: 'a job', fields: ['id', 'state', 'spec', 'progress'] };
export const jobPageKind: AnswerKind<JobPage> = { name: 'a page of jobs', fields: pageFields };
export const overviewKind: AnswerKind<JobOverview> = { name: 'a job in short', fields: ['id', 'state'] };
export const overviewPageKind: AnswerKind<JobOverviewPage> = {
  name: 'a page of jobs in short',
  fields: pageFields,
};
export const experimentKind: AnswerKind<Experiment> = {
  name: 'an experiment',
  fields: ['id', 'state', 'variations'],
};
export const experimentPageKind: AnswerKind<ExperimentPage> = {
  name: 'a page of experiments',
  fields: pageFields,
};
export const tuningKind: AnswerKind<Tuning> = { name: 'a tuning', fields: ['id', 'state', 'trials'] };
export const eventPageKind: AnswerKind<EventPage> = { name: 'a page of events', fields: pageFields };
export const newestEventsKind: AnswerKind<NewestEvents> = {
  name: 'a list of events',
  fields: ['data', 'lastId'],
};
export const curveKind: AnswerKind<LearningCurve> = { name: 'a learning curve', fields: ['data'] };
export const bandsKind: AnswerKind<CurveBands> = {
  name: 'a part of a learning curve',
  fields: ['pointsPerRow', 'steps', 'columns'],
};
export const evaluationsKind: AnswerKind<EvaluationList> = {
  name: 'a list of evaluations',
  fields: ['data'],
};
export const deliveriesKind: AnswerKind<DeliveryList> = {
  name: 'a list of deliveries',
  fields: ['data'],
};
export const environmentsKind: AnswerKind<EnvironmentList> = {
  name: 'a list of environments',
  fields: ['data'],
};
export const presetsKind: AnswerKind<PresetList> = { name: 'a list of presets', fields: ['data'] };
export const statusKind: AnswerKind<ServerStatus> = {
  name: 'a status of a server',
  fields: ['server', 'counts', 'jobs'],
};
export const storageKind: AnswerKind<StorageReport> = {
  name: 'a report of disk usage',
  fields: ['usedBytes', 'jobs'],
};
export const actionsKind: AnswerKind<ActionsAnswer> = {
  name: 'a list of actions',
  fields: ['actions', 'values', 'trainingSteps'],
};
export const evaluationKind: AnswerKind<RequestedEvaluation> = {
  name: 'an evaluation',
  fields: ['id', 'state', 'returns', 'finishedAt'],
};
export const requestedEvaluationsKind: AnswerKind<RequestedEvaluationList> = {
  name: 'a list of evaluations',
  fields: ['data'],
};
export const sessionKind: AnswerKind<Session> = { name: 'a session', fields: ['role', 'needsToken'] };
export const removedKind: AnswerKind<{ readonly id: string }> = { name: 'the id of a job', fields: ['id'] };
