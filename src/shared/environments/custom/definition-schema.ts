// Schemas of what users define, in modules and as peers: names and spaces.
import { z } from 'zod';
import { flatSize, spreadBounds, type BoxSpace } from '../../spaces/space.ts';

/** Name of an environment with its version. */
export const versionedName = /^[A-Za-z][\w.-]*-v\d+$/;

const extent = z.int().min(1);
/** JSON has no infinities, and zod's number refuses them. */
const bound = z.custom<number>(
  (value) => typeof value === 'number' && !Number.isNaN(value),
  'expected a number',
);
const bounds = z
  .union([bound, z.array(bound.nullable())], 'expected a number, or one for each element')
  .optional();
/** As many bounds are made; no observation is nearly as large. */
const maxElements = 2 ** 24;

export const boxSchema = z
  .strictObject({ type: z.literal('box'), shape: z.array(extent).max(8), low: bounds, high: bounds })
  .refine(({ shape }) => shape.reduce((product, extent) => product * extent, 1) <= maxElements, {
    path: ['shape'],
    message: `has more than ${maxElements} elements`,
  })
  .transform(({ shape, low, high }, context): BoxSpace => {
    const size = flatSize({ type: 'box', shape, low: [], high: [] });
    const spread = (name: string, value: number | (number | null)[] | undefined): number[] => {
      const all = spreadBounds(value, size, name === 'low' ? -Infinity : Infinity);
      if (all.length !== size) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `has ${all.length} bounds for ${size} elements`,
        });
      }
      return all;
    };
    const space: BoxSpace = { type: 'box', shape, low: spread('low', low), high: spread('high', high) };
    const index = space.low.findIndex((value, element) => value >= (space.high[element] ?? Infinity));
    if (index >= 0) {
      context.addIssue({
        code: 'custom',
        path: ['low'],
        message: `element ${index} is not below its high: ${space.low[index]} and ${space.high[index]}`,
      });
    }
    return space;
  });

const alternatives = z.int().min(2).max(100_000);
export const actionSpaceSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('discrete'), n: alternatives }),
  z.strictObject({ type: z.literal('multiDiscrete'), n: z.array(alternatives).min(1) }),
  boxSchema,
]);

interface MaskedDefinition {
  readonly hasActionMask: boolean;
  readonly actionSpace: { readonly type: string };
}

export function canBeMasked({ hasActionMask, actionSpace }: MaskedDefinition): boolean {
  return !hasActionMask || actionSpace.type !== 'box';
}

export const cannotBeMasked = {
  path: ['hasActionMask'],
  message: 'only discrete actions can be masked',
};
