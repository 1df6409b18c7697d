// Generator of requests that a client, a browser, a proxy or an attacker may send.
import fc from 'fast-check';
import { jobRequestSchema } from '../../../src/shared/job/job-spec.ts';
import { stopSchema } from '../../../src/shared/job-fields/job-fields.ts';
import { fromSchema } from './from-schema.ts';
import { hostileJsonText, hostileText } from './hostile-json.ts';
import { mutateText, mutateValue } from './mutation.ts';

const methods = ['GET', 'POST', 'HEAD', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'] as const;

export interface FuzzedRequest {
  readonly method: (typeof methods)[number];
  /** With `{job}` where the id of a job belongs: which one, is `job`. */
  readonly path: string;
  readonly job: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Fields of a job with values that each field alone takes; mostly few, so that many are jobs. */
const jobRequest = fc
  .oneof(
    { arbitrary: fromSchema(jobRequestSchema, { tenthsOfOptional: 1 }), weight: 3 },
    { arbitrary: fromSchema(jobRequestSchema, { tenthsOfOptional: 6 }), weight: 1 },
  )
  .chain((fields) =>
    fc
      .constantFrom('CartPole-v1', 'Pendulum-v1', 'Catch-v0', 'Identity-v0', 'CartPolePositions-v0')
      .map((environment) => (typeof fields === 'object' ? { ...fields, environment } : { environment })),
  );
const stopRequest = fc.record({ stop: fromSchema(stopSchema.partial(), { tenthsOfOptional: 5 }) });

const toText = (value: unknown): string => JSON.stringify(value);
const jobText = jobRequest.map(toText);

const body: fc.Arbitrary<string | null> = fc.oneof(
  { arbitrary: jobText, weight: 4 },
  { arbitrary: mutateValue(jobRequest).map(toText), weight: 6 },
  { arbitrary: mutateText(jobText), weight: 2 },
  { arbitrary: hostileJsonText, weight: 3 },
  { arbitrary: stopRequest.map(toText), weight: 1 },
  { arbitrary: mutateValue(stopRequest).map(toText), weight: 1 },
  { arbitrary: fc.constant(null), weight: 2 },
);

const jobPaths = [
  '/jobs/{job}',
  '/jobs/{job}/events',
  '/jobs/{job}/metrics',
  '/jobs/{job}/evaluations',
  '/jobs/{job}/plot.svg',
  '/jobs/{job}/pause',
  '/jobs/{job}/resume',
  '/jobs/{job}/cancel',
  '/jobs/{job}/models/best/model.json',
  '/jobs/{job}/models/best/weights.bin',
  '/jobs/{job}/models/latest.zip',
  '/jobs/{job}/models/best.zip',
  '/jobs/{job}/models/best.onnx',
  '/jobs/{job}/models/latest.safetensors',
];
const otherPaths = [
  '/',
  '/jobs',
  '/status',
  '/environments',
  '/presets',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/overviews',
  '/session',
  '/assets/index.js',
  '/docs',
  '/docs/static/index.html',
];

const segment = fc.oneof(
  hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(
    '..',
    '%2e%2e',
    '..%2f..%2f..%2fetc%2fpasswd',
    '%00',
    '%',
    '%zz',
    '%E0%A4%A',
    'a'.repeat(300),
    '\\..\\',
    ';a=b',
    '*',
    ':id',
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[^\w.~!$&'()*+,;=:@-]/g, '')),
);
const path = fc.oneof(
  { arbitrary: fc.constantFrom(...jobPaths), weight: 5 },
  { arbitrary: fc.constantFrom(...otherPaths), weight: 3 },
  {
    arbitrary: fc.tuple(fc.constantFrom(...jobPaths, ...otherPaths), segment).map((parts) => parts.join('/')),
    weight: 1,
  },
  { arbitrary: segment.map((text) => `/jobs/${text}`), weight: 1 },
  { arbitrary: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`), weight: 1 },
);

const queryNames = [
  'state',
  'environment',
  'limit',
  'after',
  'sinceStep',
  'maxPoints',
  'format',
  '__proto__',
  'a[b]',
];
const queryValue = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '20',
    '100',
    '101',
    '1e3',
    '0x10',
    '',
    ' 5',
    '9'.repeat(30),
    'NaN',
    'queued',
    'json',
    'csv',
    '{job}',
    'CartPole-v1',
  ),
  hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
);
const query = fc.oneof(
  { arbitrary: fc.constant(''), weight: 4 },
  {
    arbitrary: fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...queryNames), segment), queryValue), {
        minLength: 1,
        maxLength: 3,
      })
      .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`),
    weight: 3,
  },
  { arbitrary: fc.constantFrom('?', '?&&', '?=', '?a', '?%', '?limit=1&limit=2', '?limit[]=1'), weight: 1 },
);

/** What may stand in a header: anything else ends the request before it reaches the application. */
const headerText = hostileText.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ''));
const headerValues: Readonly<Record<string, readonly string[]>> = {
  'last-event-id': ['0', '-1', '1', '99999999999999999999', 'abc', '1.5', ''],
  'idempotency-key': ['a', 'b', '', 'k'.repeat(255), 'k'.repeat(256)],
  accept: ['text/event-stream', '*/*', 'application/json', 'text/csv', 'text/event-stream;q=0', ''],
  'content-type': [
    'application/json',
    'application/json; charset=utf-16',
    'application/json;',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=',
    'APPLICATION/JSON',
    '',
  ],
  'content-encoding': ['gzip', 'identity', 'br, gzip', 'IDENTITY'],
  'if-none-match': ['*', '"a"', 'W/"a", "b"', ',,,', '"'],
  expect: ['100-continue', 'the-spanish-inquisition'],
  upgrade: ['websocket', 'h2c'],
  connection: ['upgrade', 'keep-alive', 'close, te'],
  te: ['trailers'],
  'transfer-encoding': ['chunked', 'gzip, chunked', 'identity'],
  range: ['bytes=0-0', 'bytes=-1', 'bytes=9-1', 'items=0-1', 'bytes=0-1,3-4,5-'],
  host: [
    'localhost',
    'evil.example',
    '[::1]:8080',
    '',
    'localhost:99999',
    'evil.example/.localhost',
    'evil.example, localhost',
    'a'.repeat(300),
  ],
  origin: ['null', 'https://evil.example', 'http://localhost'],
  authorization: ['Bearer', 'Bearer x', 'Basic eDp5', 'Bearer  '],
  'access-control-request-method': ['DELETE', 'PUT'],
  'x-forwarded-for': ['1.2.3.4', '::1, 2', "'"],
  'x-http-method-override': ['DELETE'],
};
const header = fc
  .constantFrom(...Object.keys(headerValues))
  .chain((name) =>
    fc
      .oneof(
        { arbitrary: fc.constantFrom(...(headerValues[name] ?? [''])), weight: 3 },
        { arbitrary: headerText, weight: 1 },
      )
      .map((value) => [name, value] as const),
  );
const headers = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.constant([['content-type', 'application/json'] as const]), weight: 9 },
      { arbitrary: fc.constant([]), weight: 1 },
    ),
    fc.oneof(
      { arbitrary: fc.constant([]), weight: 2 },
      { arbitrary: fc.array(header, { maxLength: 3 }), weight: 1 },
    ),
  )
  .map((parts): Record<string, string> => Object.fromEntries(parts.flat()));

const method = fc.oneof(
  { arbitrary: fc.constantFrom('GET' as const, 'POST' as const), weight: 8 },
  { arbitrary: fc.constantFrom(...methods), weight: 2 },
);

const anyRequest: fc.Arbitrary<FuzzedRequest> = fc
  .record({ method, path, query, job: fc.nat(20), headers, body })
  .map(({ method, path, query, body, ...rest }) => ({
    ...rest,
    method,
    path: path + query,
    body: method === 'GET' || method === 'HEAD' ? null : body,
  }));
const jobPost: fc.Arbitrary<FuzzedRequest> = fc
  .record({ headers, body })
  .map((parts) => ({ ...parts, method: 'POST', path: '/jobs', job: 0 }));

const resumption: fc.Arbitrary<FuzzedRequest> = fc
  .record({
    headers,
    job: fc.nat(20),
    body: fc.oneof(stopRequest, mutateValue(stopRequest)).map((value) => JSON.stringify(value)),
  })
  .map((parts) => ({ ...parts, method: 'POST', path: '/jobs/{job}/resume' }));

const formPart = fc
  .tuple(
    fc.oneof(fc.constantFrom('job', 'model', ''), headerText),
    fc.oneof(jobText, hostileJsonText, hostileText),
    fc.constantFrom('', '; filename="a.zip"', "; filename*=UTF-8''%zz", '\r\ncontent-type: application/json'),
  )
  .map(
    ([name, content, more]) =>
      `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`,
  );
const formText = fc.array(formPart, { maxLength: 4 }).map((parts) => `${parts.join('')}--x--\r\n`);
/** Their models are no archives: what archives can be, is tested by itself. */
const formPost: fc.Arbitrary<FuzzedRequest> = fc
  .record({ headers, body: fc.oneof(formText, mutateText(formText)) })
  .map((parts) => ({
    method: 'POST',
    path: '/jobs',
    job: 0,
    body: parts.body,
    headers: { ...parts.headers, 'content-type': 'multipart/form-data; boundary=x' },
  }));

/** Half of them post jobs, as most can go wrong there. */
export const fuzzedRequest: fc.Arbitrary<FuzzedRequest> = fc.oneof(
  { arbitrary: anyRequest, weight: 4 },
  { arbitrary: resumption, weight: 1 },
  { arbitrary: jobPost, weight: 5 },
  { arbitrary: formPost, weight: 1 },
);
