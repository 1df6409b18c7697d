import { describe, expect, it } from 'vitest';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { InvalidModelError } from '../../../../src/shared/model-format/invalid-model-error.ts';
import { createModelCard, readModelCard } from '../../../../src/shared/model-format/model-card.ts';
import type { BoxSpace, DiscreteSpace } from '../../../../src/shared/spaces/space.ts';

const observationSpace: BoxSpace = { type: 'box', shape: [2], low: [-1, -Infinity], high: [1, Infinity] };
const actionSpace: DiscreteSpace = { type: 'discrete', n: 3 };
const definition = {
  id: 'Test-v0',
  description: 'test',
  observationSpace,
  actionSpace,
  maxEpisodeSteps: 10,
  rewardThreshold: 1,
  hasActionMask: false,
  create: () => {
    throw new Error('a card needs no environment');
  },
};
const spec = resolveJobSpec({ environment: 'Test-v0' }, definition, () => 1);
const card = createModelCard({
  definition,
  spec,
  model: 'best',
  engine: { name: 'wasm', backend: 'simd' },
  scores: { evaluation: null, steps: 100, updates: 5 },
  policyParameters: { logStandardDeviation: [-0.5] },
  createdAt: new Date(0),
});

describe('a model card', () => {
  it('survives JSON, unbounded spaces included', () => {
    const read = readModelCard(JSON.parse(JSON.stringify(card)));
    expect(read).toEqual(card);
    expect(read.observationSpace).toEqual({ type: 'box', shape: [2], low: [-1, null], high: [1, null] });
    expect(read.createdAt).toBe('1970-01-01T00:00:00.000Z');
  });

  it('does not give away the address of a webhook', () => {
    const notified = { ...spec, webhook: 'https://ci.example.com/key' };
    const { observationSpace: _space, ...content } = card;
    const given = createModelCard({ ...content, definition, spec: notified, createdAt: new Date(0) });
    expect(given.spec).toEqual(spec);
  });

  it('is refused with the paths at fault', () => {
    expect(() =>
      readModelCard({ ...card, formatVersion: 2, scores: { ...card.scores, steps: 'many' } }),
    ).toThrow(/formatVersion: .*; scores\.steps: /);
    expect(() => readModelCard(null)).toThrow(InvalidModelError);
  });
});
