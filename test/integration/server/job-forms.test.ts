// Forms as clients post them: what is taken, what is refused, and what is left of them.
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/shared/api/problem.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import {
  createForm,
  expectNothingLeft,
  ownArchive,
  postForm,
  readProblem,
  unchanged,
  type Part,
} from '../../fixtures/job-forms.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const { environment } = unchanged;

describe('a posted form', () => {
  const job = JSON.stringify(unchanged);
  const refused: Readonly<Record<string, readonly [readonly Part[], Partial<Problem>]>> = {
    'without a job': [
      [['model', ownArchive]],
      { code: 'INVALID_FORM', detail: 'the form has no part `job`, the job as JSON' },
    ],
    'without a model': [
      [['job', job]],
      { code: 'INVALID_FORM', detail: 'the form has no part `model`, a zip archive' },
    ],
    'with two jobs': [
      [
        ['job', job],
        ['job', job],
      ],
      { code: 'INVALID_FORM', detail: 'the form has two parts `job`' },
    ],
    'with two models': [
      [
        ['model', 'x'],
        ['model', 'y'],
      ],
      { code: 'INVALID_FORM', detail: 'the form has two parts `model`' },
    ],
    'with an unknown part': [
      [['file', ownArchive]],
      { code: 'INVALID_FORM', detail: 'the form has a part "file"; expected `job` and `model`' },
    ],
    'with a third part': [
      [
        ['job', job],
        ['model', ownArchive],
        ['x', 'y'],
      ],
      { code: 'INVALID_FORM', detail: 'the form has more parts than `job` and `model`' },
    ],
    'whose job is not JSON': [
      [
        ['job', '{'],
        ['model', ownArchive],
      ],
      { code: 'INVALID_JSON', status: 400 },
    ],
    'whose job has an unknown field': [
      [
        ['job', JSON.stringify({ environment, worker: 1 })],
        ['model', ownArchive],
      ],
      {
        code: 'INVALID_REQUEST',
        errors: [{ path: 'worker', message: 'unknown field; did you mean workers?' }],
      },
    ],
    'whose job changes a prototype': [
      [
        ['job', '{"__proto__": {"x": 1}}'],
        ['model', ownArchive],
      ],
      { code: 'INVALID_JSON' },
    ],
    'whose job is too large': [
      [
        ['job', JSON.stringify({ environment, name: 'x'.repeat(300_000) })],
        ['model', ownArchive],
      ],
      { code: 'BODY_TOO_LARGE', detail: 'the part `job` of the form has more than 262144 bytes' },
    ],
    'whose model is too large': [
      [
        ['job', job],
        ['model', new Uint8Array(131 * 1024 * 1024)],
      ],
      { code: 'BODY_TOO_LARGE', detail: 'the part `model` of the form has more than 136314880 bytes' },
    ],
  };

  it.each(Object.entries(refused))(
    '%s is refused, and nothing is left behind',
    async (_what, [parts, problem]) => {
      // Before the server starts, because it shares this event loop, and one of the forms is large.
      const form = createForm(parts);
      const server = await startTestServer();
      expect(await readProblem(await postForm(server, form))).toMatchObject(problem);
      expect(server.listJobDirectories()).toEqual([]);
      await expectNothingLeft(server);
    },
  );

  it.each([
    { what: 'without a boundary', type: 'multipart/form-data', body: job, detail: /cannot be read/ },
    { what: 'that is none', type: 'multipart/form-data; boundary=x', body: job, detail: /damaged/ },
    {
      what: 'that ends in a part',
      type: 'multipart/form-data; boundary=x',
      body: '--x\r\ncontent-disposition: form-data; name="job"\r\n\r\n{',
      detail: /damaged/,
    },
  ])('$what is refused', async ({ type, body, detail }) => {
    const server = await startTestServer();
    const headers = { 'content-type': type };
    const problem = await readProblem(await fetch(`${server.url}/jobs`, { method: 'POST', body, headers }));
    expect(problem).toMatchObject({ code: 'INVALID_FORM', status: 400 });
    expect(problem.detail).toMatch(detail);
    await expectNothingLeft(server);
  });

  it('is taken from pages of this server and of allowed sites only, and by one address only', async () => {
    const server = await startTestServer();
    const form = () =>
      createForm([
        ['job', job],
        ['model', ownArchive],
      ]);
    for (const origin of ['http://elsewhere.example', 'null']) {
      const refusal = await readProblem(await postForm(server, form(), { headers: { origin } }));
      expect(refusal.code).toBe('ORIGIN_NOT_ALLOWED');
    }
    const { id } = jobSchema.parse(await (await postForm(server, form())).json());
    const resumed = await postForm(server, form(), { path: `/jobs/${id}/resume` });
    expect((await readProblem(resumed)).code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  it('needs the token', async () => {
    const server = await startTestServer({ token: 'secret', readToken: 'public' });
    const form = () =>
      createForm([
        ['job', job],
        ['model', ownArchive],
      ]);
    expect((await postForm(server, form())).status).toBe(401);
    expect((await postForm(server, form(), { headers: { authorization: 'Bearer public' } })).status).toBe(
      403,
    );
    expect((await postForm(server, form(), { headers: { authorization: 'Bearer secret' } })).status).toBe(
      202,
    );
  });
});
