// Fuzz test with thousands of requests to the real application: each gets a documented answer, and a refused request
// changes nothing.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { jobRequestSchema, jobSpecSchema } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { fuzzedRequest, type FuzzedRequest } from '../generators/requests.ts';
import { countRuns } from '../runs.ts';
import { requireDocumentedProblem } from './documented-problem.ts';
import { startFuzzedServer, type Answer, type FuzzedServer } from './fuzzed-server.ts';
import { WitnessJobs } from './witness-jobs.ts';

const counts = { requests: 0, refused: 0, jobs: 0, jobPosts: 0 };
afterAll(() => {
  const { requests, refused, jobs, jobPosts } = counts;
  process.stdout.write(
    `fuzzed ${requests} requests: ${refused} refused as documented, ${jobs} of ${jobPosts} posts made a job\n`,
  );
});

const registry = new EnvironmentRegistry(builtInEnvironments);
const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

async function send(server: FuzzedServer, request: FuzzedRequest, id: string): Promise<Answer> {
  const { method, headers, body } = request;
  const url = request.path.replaceAll('{job}', id);
  const answer = await server.inject({
    method,
    url,
    headers: { ...headers },
    ...(body !== null && { payload: body }),
  });
  counts.requests += 1;
  if (answer.status >= 500) throw new Error(`${answer.status}: ${answer.body}`);
  if (answer.status >= 400) {
    counts.refused += 1;
    requireDocumentedProblem(answer, method !== 'HEAD');
  }
  return answer;
}

/** A job that was acknowledged is there, and its spec makes the same job again. */
async function requireAcknowledged(server: FuzzedServer, { body }: Answer): Promise<void> {
  counts.jobs += 1;
  const { id, spec } = jobSchema.parse(JSON.parse(body));
  const read = await server.inject({ method: 'GET', url: `/jobs/${id}` });
  const stored = jobSchema.parse(JSON.parse(read.body));
  expect(stored.spec).toEqual(spec);
  expect(jobSpecSchema.parse(JSON.parse(JSON.stringify(stored.spec)))).toEqual(spec);
  const again = resolveJobSpec(jobRequestSchema.parse(stored.spec), registry.get(spec.environment), () => {
    throw new Error('the seed is missing');
  });
  expect(again).toEqual(spec);
}

describe('the application', () => {
  it('answers every request, refuses as documented, and changes nothing when it refuses', async () => {
    const server = await startFuzzedServer();
    const witnesses = await WitnessJobs.create(server);
    await fc.assert(
      fc.asyncProperty(fc.array(fuzzedRequest, { minLength: 1, maxLength: 5 }), async (requests) => {
        const allowed = new Set<string>();
        for (const request of requests) {
          const id = witnesses.choose(request.job);
          const answer = await send(server, request, id);
          const isWrite = !safeMethods.includes(request.method);
          if (isWrite && answer.status < 400) allowed.add(id);
          const isJobPost = request.method === 'POST' && request.path.split('?', 1)[0] === '/jobs';
          if (isJobPost) counts.jobPosts += 1;
          if (isJobPost && answer.status === 202) await requireAcknowledged(server, answer);
        }
        const changed = await witnesses.findChanged();
        await witnesses.accept(changed);
        expect(changed.filter((id) => !allowed.has(id))).toEqual([]);
      }),
      { numRuns: countRuns(200) },
    );
  });
});
