// Addresses and bodies of the client's calls.
import type { JobRequest } from '../shared/job/job-spec.ts';
import type { ModelFile } from './method-options.ts';

export function locate(kind: 'jobs' | 'experiments' | 'tunings', id: string): string {
  return `${kind}/${encodeURIComponent(id)}`;
}

export function jobPath(id: string): string {
  return locate('jobs', id);
}

export function evaluationPath(jobId: string, id: string): string {
  return `${jobPath(jobId)}/evaluations/${encodeURIComponent(id)}`;
}

export function modelPath(id: string, file: ModelFile): string {
  return `${jobPath(id)}/models/${file}`;
}

export function describeKey(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { 'idempotency-key': key };
}

/** A job alone, or a form of it and the model that it starts from. */
export function createJobBody(
  request: JobRequest,
  model: Uint8Array | ArrayBuffer | Blob | undefined,
): JobRequest | FormData {
  if (model === undefined) return request;
  const form = new FormData();
  form.set('job', JSON.stringify(request));
  form.set('model', model instanceof Blob ? model : new Blob([new Uint8Array(model)]), 'model.zip');
  return form;
}
