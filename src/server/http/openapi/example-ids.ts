// Examples of ids in the documentation, which the page /docs replaces by ids of what its server has.
export const exampleIds = {
  job: 'job_0123456789abcdefghij',
  experiment: 'exp_0123456789abcdefghij',
  tuning: 'tun_0123456789abcdefghij',
} as const;
