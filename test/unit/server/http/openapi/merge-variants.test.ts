import { describe, expect, it } from 'vitest';
import { describeDefaults } from '../../../../../src/server/http/openapi/describe-defaults.ts';
import { mergeVariants, openObjects } from '../../../../../src/server/http/openapi/merge-variants.ts';

const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('the variants of named schemas', () => {
  it('become one where they are the same, or where only one is used; unused schemas go', () => {
    const text = { type: 'string' };
    const schemas = {
      Name: text,
      NameInput: text,
      Answer: text,
      AnswerInput: text,
      Body: {},
      BodyInput: text,
    };
    const described = {
      answer: [refer('Answer'), refer('Name')],
      body: [refer('BodyInput'), refer('NameInput')],
    };
    expect(mergeVariants(described, schemas)).toEqual({
      described: { answer: [refer('Answer'), refer('Name')], body: [refer('Body'), refer('Name')] },
      schemas: { Answer: text, Body: text, Name: text },
    });
  });

  it('stay apart where they differ, and so do those that refer to them', () => {
    const list = (name: string) => ({ type: 'array', items: refer(name) });
    const schemas = {
      List: list('Item'),
      ListInput: list('ItemInput'),
      Item: { required: ['size'] },
      ItemInput: { required: [] },
    };
    const described = { answer: refer('List'), body: refer('ListInput') };
    expect(mergeVariants(described, schemas)).toEqual({ described, schemas });
  });
});

it('objects of answers are open at every depth', () => {
  const closed = { additionalProperties: false, items: [{ type: 'object', additionalProperties: false }] };
  expect(openObjects(closed)).toEqual({ items: [{ type: 'object' }] });
  const map = { additionalProperties: { type: 'string' } };
  expect(openObjects(map)).toEqual(map);
});

it('defaults are said in words, also of fields inside of fields and of named schemas', () => {
  const request = {
    properties: {
      rate: { type: 'number', description: 'Step size' },
      stop: { properties: { maxSteps: { type: 'integer' } } },
      kind: refer('Kind'),
      name: { type: 'string' },
    },
  };
  const Kind = { enum: ['a', 'b'], description: 'a or b' };
  const described = describeDefaults(
    'Request',
    { Request: request, Kind },
    { rate: 0.1, stop: { maxSteps: null }, kind: 'a' },
  );
  expect(described).toEqual({
    Kind,
    Request: {
      properties: {
        rate: { type: 'number', description: 'Step size. Without a preset: 0.1' },
        stop: { properties: { maxSteps: { type: 'integer', description: 'Without a preset: null' } } },
        kind: { ...refer('Kind'), description: 'a or b. Without a preset: "a"' },
        name: { type: 'string' },
      },
    },
  });
});
