// The form of a new job: what is typed becomes the job that the server checks, and the same as commands.
import { describe, expect, it } from 'vitest';
import { flatten, unflatten } from '../../../src/shared/fields/flatten.ts';
import { placeErrors, readDraft, writeCommand, writeCurl } from '../../../web/src/state/job-draft.ts';
import type { JobField } from '../../../web/src/state/job-fields.ts';

const field = (path: string, kind: JobField['kind'], isNullable = false): JobField => ({
  path,
  kind,
  options: [],
  description: '',
  isNullable,
});
const fields = [
  field('environment', 'text'),
  field('name', 'text', true),
  field('stop.maxSteps', 'number', true),
  field('stop.targetReward', 'number', true),
  field('normalizeRewards', 'boolean'),
  field('network.layers', 'json'),
];

describe('a draft of a job', () => {
  it('is read by the kinds of its fields; those that are empty are left out', () => {
    const draft = new Map([
      ['environment', 'CartPole-v1'],
      ['name', ''],
      ['stop.maxSteps', ' 1e5 '],
      ['stop.targetReward', 'null'],
      ['normalizeRewards', 'false'],
      ['network.layers', '[{"type": "dense", "units": 8}]'],
    ]);
    expect(readDraft(draft, fields)).toEqual({
      request: {
        environment: 'CartPole-v1',
        stop: { maxSteps: 100_000, targetReward: null },
        normalizeRewards: false,
        network: { layers: [{ type: 'dense', units: 8 }] },
      },
      errors: new Map(),
    });
  });

  it('keeps a text that is no number, for the server to refuse, and says where JSON is broken', () => {
    const { request, errors } = readDraft(
      new Map([
        ['stop.maxSteps', 'many'],
        ['network.layers', '[{'],
      ]),
      fields,
    );
    expect(request).toEqual({ stop: { maxSteps: 'many' } });
    expect([...errors.keys()]).toEqual(['network.layers']);
  });

  it('finds the field of an error, also for one inside of a list', () => {
    const problem = {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'INVALID_REQUEST',
      detail: 'the request has invalid fields',
      errors: [
        { path: 'stop.maxSteps', message: 'too small' },
        { path: 'network.layers.0.units', message: 'required' },
        { path: 'learning_rate', message: 'unknown' },
      ],
    };
    const { byPath, others } = placeErrors(problem, fields);
    expect(Object.fromEntries(byPath)).toEqual({
      'stop.maxSteps': 'too small',
      'network.layers': '.0.units: required',
    });
    expect(others).toEqual(['learning_rate: unknown']);
    expect(placeErrors({ ...problem, errors: [] }, fields).others).toEqual([problem.detail]);
  });

  it('is one word for a shell where it is hostile', () => {
    const draft = new Map([
      ['environment', 'CartPole-v1'],
      ['name', "it's; rm -rf $HOME"],
      ['stop.maxSteps', '1000'],
    ]);
    const { request } = readDraft(draft, fields);
    expect(writeCommand(draft, fields)).toBe(
      "npx a3c train CartPole-v1 \\\n  --name 'it'\\''s; rm -rf $HOME' \\\n  --stop.max-steps 1000",
    );
    expect(writeCurl(request, 'http://localhost:8080/')).toContain("it'\\''s; rm -rf $HOME");
  });
});

it('a command trains without a server, so it has no webhook', () => {
  const webhook = { path: 'webhook', kind: 'text', options: [], description: '', isNullable: true } as const;
  const draft = new Map([
    ['environment', 'CartPole-v1'],
    ['webhook', 'https://ci.example.com/'],
  ]);
  expect(writeCommand(draft, [webhook])).toBe('npx a3c train CartPole-v1');
  expect(readDraft(draft, [webhook]).request).toEqual({ webhook: 'https://ci.example.com/' });
});

it('settings are the same after they were flat', () => {
  const settings = { a: 1, b: { c: null, d: { e: [1, { f: 2 }] } }, g: {}, h: 'text' };
  expect([...flatten(settings).keys()]).toEqual(['a', 'b.c', 'b.d.e', 'g', 'h']);
  expect(unflatten(flatten(settings))).toEqual(settings);
});
