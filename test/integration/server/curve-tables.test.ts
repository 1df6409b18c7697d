// Learning curves and evaluations as CSV, read back as a spreadsheet would.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { learningCurvePointSchema } from '../../../src/shared/api/learning-curve.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const missingId = 'job_00000000000000000000';

/** The rows of a CSV without quotes, by column names. Throws where a line is not ended by CRLF. */
function parseCsv(text: string): Record<string, number | null>[] {
  const lines = text.split('\r\n');
  if (lines.pop() !== '' || /[\r\n"]/.test(lines.join(''))) throw new Error('not lines ended by CRLF');
  const [columns = [], ...rows] = lines.map((line) => line.split(','));
  return rows.map((cells) => {
    expect(cells).toHaveLength(columns.length);
    return Object.fromEntries(
      columns.map((column, index) => [column, cells[index] === '' ? null : Number(cells[index])]),
    );
  });
}

async function readJson(response: Response): Promise<Record<string, number | null>[]> {
  const row = z.record(z.string(), z.number().nullable());
  return z.object({ data: z.array(row) }).parse(await response.json()).data;
}

describe.each([
  { table: 'metrics', behaviour: 'succeed', entries: 2 },
  { table: 'evaluations', behaviour: 'evaluate-often', entries: 150 },
])('the table of $table', ({ table, behaviour, entries }) => {
  it('has what the JSON has, whole and thinned', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob(behaviour);
    await server.waitFor(id, 'succeeded');
    for (const maxPoints of [1000, 20]) {
      const path = `/jobs/${id}/${table}?maxPoints=${maxPoints}`;
      const json = await readJson(await server.get(path));
      expect(json.length).toBeLessThanOrEqual(maxPoints);
      expect(parseCsv(await (await server.get(`${path}&format=csv`)).text())).toEqual(json);
      if (maxPoints === 1000) expect(json).toHaveLength(entries);
    }
  });

  it('is a download with a name', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    const { headers } = await server.get(`/jobs/${id}/${table}?format=csv`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${id}-${table}.csv"`);
  });

  it('is only a line of names while a job has nothing to tell', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 });
    await server.postJob('run');
    const { id } = await server.postJob('run');
    expect(await readJson(await server.get(`/jobs/${id}/${table}`))).toEqual([]);
    const text = await (await server.get(`/jobs/${id}/${table}?format=csv`)).text();
    expect(text).toMatch(/^[a-zA-Z]+(,[a-zA-Z]+)+\r\n$/);
  });

  it('of a job that is not there is a problem', async () => {
    const server = await startTestServer();
    const response = await server.get(`/jobs/${missingId}/${table}?format=csv`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('is documented as JSON and as CSV', async () => {
    const server = await startTestServer();
    const document: unknown = await (await server.get('/openapi.json')).json();
    const content = { 'application/json': {}, 'text/csv': { schema: { type: 'string' } } };
    expect(document).toMatchObject({
      paths: { [`/jobs/{id}/${table}`]: { get: { responses: { 200: { content } } } } },
    });
  });
});

it('the columns of metrics are those of the documentation, in their order', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('run');
  const text = await (await server.get(`/jobs/${id}/metrics?format=csv`)).text();
  expect(text.split('\r\n', 1)[0]?.split(',')).toEqual(learningCurvePointSchema.keyof().options);
});

it('an evaluation has its numbers in their columns', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('succeed');
  await server.waitFor(id, 'succeeded');
  const text = await (await server.get(`/jobs/${id}/evaluations?format=csv`)).text();
  expect(text).toBe('steps,mean,standardDeviation,min,max,episodes\r\n900,9,1,8,10,5\r\n');
});
