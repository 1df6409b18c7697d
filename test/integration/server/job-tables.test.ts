// Tables with the curves or evaluations of several jobs.
import { describe, expect, it } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';

/** Cells of a table, as RFC 4180 has them. */
function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Error('not a table');
    const [, quoted, plain = '', end] = found;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
  }
  rows.pop();
  const [columns = [], ...lines] = rows;
  return lines.map((cells) => {
    expect(cells).toHaveLength(columns.length);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
}

async function postTwoJobs(server: TestServer) {
  const first = await server.postJob('evaluate-often', { seed: 1 });
  const second = await server.postJob('succeed', { seed: 2, algorithm: 'a2c' });
  for (const { id } of [first, second]) await server.waitFor(id, 'succeeded');
  return [first.id, second.id] as const;
}

describe.each([
  { table: 'curves', single: 'metrics' },
  { table: 'evaluations', single: 'evaluations' },
])('the table of $table', ({ table, single }) => {
  it('has the rows of each job, which say whose they are', async () => {
    const server = await startTestServer();
    const ids = await postTwoJobs(server);
    const response = await server.get(`/${table}.csv?jobs=${ids.join(',')},${ids[0]}`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${table}.csv"`);
    const rows = parseCsv(await response.text());
    for (const [index, id] of ids.entries()) {
      const own = parseCsv(await (await server.get(`/jobs/${id}/${single}?format=csv`)).text());
      expect(own.length).toBeGreaterThan(0);
      const name = index === 0 ? 'evaluate-often' : 'succeed';
      const algorithm = index === 0 ? 'a3c' : 'a2c';
      const job = { job: id, name, environment: 'CartPole-v1', algorithm, seed: String(index + 1) };
      expect(rows.filter((row) => row.job === id)).toEqual(own.map((row) => ({ ...job, ...row })));
    }
  });

  it('is thinned for each job', async () => {
    const server = await startTestServer();
    const ids = await postTwoJobs(server);
    const rows = parseCsv(await (await server.get(`/${table}.csv?jobs=${ids.join(',')}&maxPoints=3`)).text());
    for (const id of ids) expect(rows.filter(({ job }) => job === id).length).toBeLessThanOrEqual(3);
  });

  it('is refused for jobs that are not there, and without jobs', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    for (const missing of ['job_00000000000000000000', 'x', '', `${id},`]) {
      const response = await server.get(`/${table}.csv?jobs=${missing}`);
      expect([missing, response.status]).toEqual([missing, 404]);
    }
    expect((await server.get(`/${table}.csv`)).status).toBe(400);
  });
});

it('a name stays one cell, and is no formula', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('evaluate-often');
  await server.waitFor(id, 'succeeded');
  for (const [name, cell] of [
    ['=cmd|" /C calc"!A0', '\'=cmd|" /C calc"!A0'],
    ['a,b\r\n"c"', 'a,b\r\n"c"'],
    ['plain', 'plain'],
  ]) {
    await new A3CClient({ url: server.url }).changeJob(id, { name: name ?? null });
    const [row] = parseCsv(await (await server.get(`/evaluations.csv?jobs=${id}`)).text());
    expect(row?.name).toBe(cell);
  }
});

it('the client reads them', async () => {
  const server = await startTestServer();
  const ids = await postTwoJobs(server);
  const client = new A3CClient({ url: server.url });
  expect(parseCsv(await client.getCurvesTable(ids)).length).toBeGreaterThan(2);
  expect(parseCsv(await client.getEvaluationsTable(ids, { maxPoints: 5 })).length).toBeLessThanOrEqual(6);
  expect(await client.listDeliveries(ids[0], { limit: 3 })).toEqual([]);
});
