// Types of a job's events. No package is loaded: pages use them too.
export const jobEventTypes = [
  'state',
  'progress',
  'episode',
  'evaluation',
  'warning',
  'change',
  'log',
] as const;
