// Failures of a master that its disk may have caused, not the job.
const storageFailures: ReadonlySet<string | null> = new Set([
  'CHECKPOINT_NOT_WRITTEN',
  'MODEL_NOT_WRITTEN',
  'JOB_DIRECTORY_UNAVAILABLE',
  'ARTIFACT_UNREADABLE',
]);

export function isStorageFailure(code: string | null): code is string {
  return storageFailures.has(code);
}
