// Descriptions of spaces in JSON, which has no infinities: an unbounded side is null.
import { z } from 'zod';
import type { BoxSpace, Space } from '../spaces/space.ts';

export const discreteSpaceDescriptionSchema = z.object({
  type: z.literal('discrete'),
  n: z.int().min(1),
});

export const multiDiscreteSpaceDescriptionSchema = z.object({
  type: z.literal('multiDiscrete'),
  n: z.array(z.int().min(1)),
});

const boundsSchema = z.array(z.number().nullable()).describe('One bound per element; null where unbounded');
export const boxSpaceDescriptionSchema = z.object({
  type: z.literal('box'),
  shape: z.array(z.int().min(1)),
  low: boundsSchema,
  high: boundsSchema,
});

export const spaceDescriptionSchema = z.discriminatedUnion('type', [
  discreteSpaceDescriptionSchema,
  multiDiscreteSpaceDescriptionSchema,
  boxSpaceDescriptionSchema,
]);
export type BoxSpaceDescription = z.infer<typeof boxSpaceDescriptionSchema>;
export type SpaceDescription = z.infer<typeof spaceDescriptionSchema>;

/** Describes a box in JSON. */
export function describeBoxSpace({ shape, low, high }: BoxSpace): BoxSpaceDescription {
  const describeBounds = (bounds: readonly number[]) =>
    bounds.map((bound) => (Number.isFinite(bound) ? bound : null));
  return { type: 'box', shape: [...shape], low: describeBounds(low), high: describeBounds(high) };
}

/** Describes a space in JSON. */
export function describeSpace(space: Space): SpaceDescription {
  switch (space.type) {
    case 'discrete':
      return { type: 'discrete', n: space.n };
    case 'multiDiscrete':
      return { type: 'multiDiscrete', n: [...space.n] };
    case 'box':
      return describeBoxSpace(space);
  }
}
