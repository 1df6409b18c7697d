// Spaces as JSON, which has no infinities: an unbounded side is null.
import { z } from 'zod';
import type { BoxSpace, DiscreteSpace } from '../spaces/space.ts';

export const discreteSpaceDescriptionSchema = z.strictObject({
  type: z.literal('discrete'),
  n: z.int().min(1),
});

const boundsSchema = z.array(z.number().nullable()).describe('One bound per element; null where unbounded');
export const boxSpaceDescriptionSchema = z.strictObject({
  type: z.literal('box'),
  shape: z.array(z.int().min(1)),
  low: boundsSchema,
  high: boundsSchema,
});

export const spaceDescriptionSchema = z.discriminatedUnion('type', [
  discreteSpaceDescriptionSchema,
  boxSpaceDescriptionSchema,
]);
export type BoxSpaceDescription = z.infer<typeof boxSpaceDescriptionSchema>;
export type SpaceDescription = z.infer<typeof spaceDescriptionSchema>;

/** A box in a form that survives JSON. */
export function describeBoxSpace({ shape, low, high }: BoxSpace): BoxSpaceDescription {
  const describeBounds = (bounds: readonly number[]) =>
    bounds.map((bound) => (Number.isFinite(bound) ? bound : null));
  return { type: 'box', shape: [...shape], low: describeBounds(low), high: describeBounds(high) };
}

/** A space in a form that survives JSON. */
export function describeSpace(space: DiscreteSpace | BoxSpace): SpaceDescription {
  switch (space.type) {
    case 'discrete':
      return { type: 'discrete', n: space.n };
    case 'box':
      return describeBoxSpace(space);
  }
}
