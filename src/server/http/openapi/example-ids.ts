// Examples of ids in the documentation, which the page /docs replaces by ids of what its server has.
export const exampleIds = {
  job: 'job_0123456789abcdefghij',
  experiment: 'exp_0123456789abcdefghij',
  evaluation: 'eval_0123456789abcdef01234567',
  tuning: 'tun_0123456789abcdefghij',
} as const;
