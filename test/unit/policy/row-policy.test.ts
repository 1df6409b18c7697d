// Policies for many rows against loadPolicy's, on every environment and kind of policy.
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadPolicy, type Policy, type PolicyState } from '../../../src/policy/node.ts';
import { openRowPolicy, readRowModel } from '../../../src/policy/rows/open-row-policy.ts';
import type { RowPolicy } from '../../../src/policy/rows/row-policy.ts';
import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { flatSize } from '../../../src/shared/spaces/space.ts';
import { drawModel, type DrawnModel } from '../../fixtures/model-files.ts';
import { policyCases, type PolicyCase } from './policies.ts';

const kernels = compileKernels();

async function open(model: DrawnModel): Promise<{ rows: RowPolicy; single: Policy }> {
  const single = await loadPolicy(zipSync(Object.fromEntries(model.files), { level: 0 }));
  return { rows: await openRowPolicy(readRowModel(model.files), kernels), single };
}

function drawObservations(model: DrawnModel, count: number): number[][] {
  const random = Random.fromSeed(3);
  const size = flatSize(model.definition.observationSpace);
  return Array.from({ length: count }, () =>
    Array.from({ length: size }, () => Math.fround(random.nextNormal())),
  );
}

/** A mask with one allowed alternative of each choice, another one in each row. */
function createMask({ definition: { actionSpace } }: DrawnModel, row: number): number[] | undefined {
  if (actionSpace.type === 'box') return undefined;
  return [actionSpace.n]
    .flat()
    .flatMap((count) => Array.from({ length: count }, (_, index) => Number(index === row % count)));
}

function findCase(name: string): PolicyCase {
  const found = policyCases.find(({ what }) => what.startsWith(name));
  if (!found) throw new Error(`there is no case of ${name}`);
  return found;
}

describe('a policy for many rows', () => {
  it.each(policyCases)('chooses and values like loadPolicy: $what', async ({ definition, request }) => {
    const model = drawModel(request, definition, 11);
    const { rows, single } = await open(model);
    const count = Math.min(rows.capacity, 5);
    /** What this policy remembers, of actor and critic, and what `predict` does, of the actor. */
    const states = Array<PolicyState | null>(count).fill(null);
    const actorStates = Array<PolicyState | null>(count).fill(null);
    for (const step of [0, 1, 2]) {
      // An episode may be in another row each time.
      states.unshift(states.pop() ?? null);
      actorStates.unshift(actorStates.pop() ?? null);
      const observations = drawObservations(model, 3 * count).slice(step * count, (step + 1) * count);
      const isMasked = step === 2 || single.needsMask;
      const masks = observations.map((_, row) => (isMasked ? createMask(model, row) : undefined));
      for (let row = 0; row < count; row += 1) {
        const state = states[row] ?? null;
        expect(rows.readObservation(row, observations[row])).toBeNull();
        expect(rows.readMask(row, masks[row])).toBeNull();
        expect(rows.readState(row, state && [...state])).toBeNull();
      }
      rows.choose(count);
      for (let row = 0; row < count; row += 1) {
        const inputs = { mask: masks[row], state: states[row] ?? null };
        const actorInputs = { ...inputs, state: actorStates[row] ?? null };
        const { action, state } = single.predict(observations[row] ?? [], actorInputs);
        expect(rows.readAction(row)).toEqual(action);
        const { value } = single.inspect(observations[row] ?? [], inputs);
        if (value === null) expect(rows.values).toBeNull();
        else expect(rows.values?.[row]).toBeCloseTo(value, 4);
        actorStates[row] = state;
        states[row] = state === null ? null : Float32Array.from(rows.takeState(row));
        expect(rows.stateSize).toBe(state?.length ?? 0);
      }
    }
  });

  it.each(policyCases)(
    'draws the same actions with the same numbers: $what',
    async ({ definition, request }) => {
      const model = drawModel(request, definition, 5);
      const { rows, single } = await open(model);
      const count = Math.min(rows.capacity, 40);
      const observations = drawObservations(model, 1);
      const draw = (random: Random | null): string => {
        for (let row = 0; row < count; row += 1) {
          rows.readObservation(row, observations[0]);
          rows.readMask(row, rows.needsMask ? Array(rows.maskSize).fill(1) : undefined);
          rows.readState(row, null);
        }
        rows.draw(count, random);
        return JSON.stringify(Array.from({ length: count }, (_, row) => rows.readAction(row)));
      };
      const first = draw(Random.fromSeed(1));
      expect(draw(Random.fromSeed(1))).toBe(first);
      const isStochastic = model.spec.policy.type !== 'deterministic';
      // The rows are of one observation: only drawing makes them differ.
      const actions: unknown = JSON.parse(first);
      const different = new Set(
        Array.isArray(actions) ? actions.map((action) => JSON.stringify(action)) : [],
      );
      const mask = single.needsMask ? Array<number>(rows.maskSize).fill(1) : undefined;
      const { probabilities } = single.inspect(observations[0] ?? [], {
        mask,
        state: single.isRecurrent ? null : undefined,
      });
      const isCertain = Math.max(...(probabilities ?? [0])) > 0.9;
      if (count > 8 && !isCertain) expect(different.size > 1).toBe(isStochastic);
      if (isStochastic && count > 8 && !isCertain) expect(draw(null)).not.toBe(draw(null));
    },
  );

  it('draws a categorical action as often as it is probable', async () => {
    const { definition, request } = findCase('no critic');
    const model = drawModel(request, definition, 2);
    const { rows, single } = await open(model);
    const observation = [0.3, -0.2, 0.1, 0.4];
    const { probabilities } = single.inspect(observation);
    const random = Random.fromSeed(8);
    let ones = 0;
    const turns = 200;
    for (let turn = 0; turn < turns; turn += 1) {
      for (let row = 0; row < rows.capacity; row += 1) {
        rows.readObservation(row, observation);
        rows.readMask(row, undefined);
      }
      rows.draw(rows.capacity, random);
      for (let row = 0; row < rows.capacity; row += 1) ones += Number(rows.readAction(row));
    }
    expect(ones / (turns * rows.capacity)).toBeCloseTo(probabilities?.[1] ?? 0, 1);
  });
});

describe('a row that does not fit', () => {
  it.each([
    [[1, 2, 3], { path: '', message: 'expected a list of 4 numbers, not a list of 3' }],
    [[1, 2, 3, null], { path: '.3', message: 'expected a number, not null' }],
    [[1, 2, 3, 1e39], { path: '.3', message: 'expected a finite number of 32 bits, not 1e+39' }],
    [[1, [2], 3, 4], { path: '.1', message: 'expected a number, not [2]' }],
    ['text', { path: '', message: 'expected a list of 4 numbers, not "text"' }],
    [7, { path: '', message: 'expected a list of 4 numbers, not 7' }],
  ])('is named: %j', async (observation, issue) => {
    const { definition, request } = findCase('no critic');
    const { rows } = await open(drawModel(request, definition, 2));
    expect(rows.readObservation(0, observation)).toEqual(issue);
  });

  it('takes nested observations of a picture, and says where they end', async () => {
    const { definition } = findCase('Catch');
    const model = drawModel({}, definition, 2);
    const { rows, single } = await open(model);
    const { shape } = definition.observationSpace;
    const flat = drawObservations(model, 1)[0] ?? [];
    const nest = (values: number[], [extent = 1, ...inner]: readonly number[]): unknown[] => {
      if (inner.length === 0) return values;
      const size = values.length / extent;
      return Array.from({ length: extent }, (_, index) =>
        nest(values.slice(index * size, (index + 1) * size), inner),
      );
    };
    const nested = nest(flat, shape);
    expect(rows.readObservation(0, nested)).toBeNull();
    rows.readMask(0, undefined);
    rows.choose(1);
    expect(rows.readAction(0)).toBe(single.predict(flat).action);
    const short = nested.with(1, []);
    expect(rows.readObservation(0, short)?.path).toBe('.1');
  });
});
