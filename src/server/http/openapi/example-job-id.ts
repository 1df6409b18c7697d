// Example of a job's id in the documentation, which the page /docs replaces by the id of a real job.
export const exampleJobId = 'job_0123456789abcdefghij';
