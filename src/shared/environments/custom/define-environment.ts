// defineEnvironment: the function that a user's module calls to define an environment.
import { z } from 'zod';
import { AppError, type InputIssue } from '../../errors/app-error.ts';
import { flatSize, type BoxSpace } from '../../spaces/space.ts';
import type { EnvironmentDefinition } from '../environment.ts';
import type {
  ActionSpaceInput,
  CustomBatch,
  CustomEnvironment,
  CustomEnvironmentDefinition,
} from './custom-environment.ts';
import { brandEnvironment } from './environment-brand.ts';
import { BatchAdapter } from './batch-adapter.ts';
import { EnvironmentAdapter } from './environment-adapter.ts';

/** An invalid definition, with every mistake. */
export class InvalidEnvironmentDefinitionError extends AppError {
  readonly code = 'INVALID_ENVIRONMENT_DEFINITION';
  readonly issues: readonly InputIssue[];

  constructor(id: unknown, issues: readonly InputIssue[]) {
    const name = typeof id === 'string' ? `environment ${JSON.stringify(id)}` : 'an environment';
    super(
      `${name} has an invalid definition: ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    );
    this.issues = issues;
  }
}

/** Defines an environment. Throws InvalidEnvironmentDefinitionError that names every mistake. */
export function defineEnvironment<const ActionSpace extends ActionSpaceInput>(
  input: CustomEnvironmentDefinition<ActionSpace>,
): EnvironmentDefinition {
  const parsed = definitionSchema.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.length === 0 ? 'definition' : path.join('.'),
      message,
    }));
    throw new InvalidEnvironmentDefinitionError(typeof input === 'object' ? input.id : undefined, issues);
  }
  const { create, createBatch, ...definition } = parsed.data;
  return brandEnvironment({
    ...definition,
    truncatesItself: true,
    create: () => {
      if (!create) throw new RangeError(`${definition.id} is a batch and has no single environments`);
      // Called on the user's own object, which may have fields of its own.
      return new EnvironmentAdapter({ definition, createCustom: () => create.call(input) });
    },
    ...(createBatch && {
      createBatch: async (options) =>
        await BatchAdapter.open(definition, (size) => createBatch.call(input, size), options),
    }),
  });
}

const extent = z.int().min(1);
/** JSON has no infinities, and zod's number refuses them. */
const bound = z.custom<number>(
  (value) => typeof value === 'number' && !Number.isNaN(value),
  'expected a number',
);
const bounds = z.union([bound, z.array(bound)], 'expected a number, or one for each element').optional();

const boxSchema = z
  .strictObject({ type: z.literal('box'), shape: z.array(extent).max(8), low: bounds, high: bounds })
  .transform(({ shape, low, high }, context): BoxSpace => {
    const size = flatSize({ type: 'box', shape, low: [], high: [] });
    const spread = (
      name: string,
      value: number | number[] = name === 'low' ? -Infinity : Infinity,
    ): number[] => {
      const all = Array.isArray(value) ? value : Array<number>(size).fill(value);
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

/** Schema of functions and methods. */
const functionSchema = <Type>() =>
  z.custom<Type>((value) => typeof value === 'function', 'expected a function');

const alternatives = z.int().min(2).max(100_000);
const actionSpaceSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('discrete'), n: alternatives }),
  z.strictObject({ type: z.literal('multiDiscrete'), n: z.array(alternatives).min(1) }),
  boxSchema,
]);

const definitionSchema = z
  .strictObject({
    id: z
      .string()
      .max(128)
      .regex(/^[A-Za-z][\w.-]*-v\d+$/, 'expected a name with a version, e.g. Corridor-v0'),
    description: z.string().default(''),
    observationSpace: boxSchema,
    actionSpace: actionSpaceSchema,
    maxEpisodeSteps: z.int().min(1).nullable().default(null),
    rewardThreshold: z.number().nullable().default(null),
    hasActionMask: z.boolean().default(false),
    isAsynchronous: z.boolean().default(false),
    create: functionSchema<() => CustomEnvironment>().optional(),
    createBatch: functionSchema<(size: number) => CustomBatch | Promise<CustomBatch>>().optional(),
  })
  .refine(({ create, createBatch }) => (create === undefined) !== (createBatch === undefined), {
    path: ['create'],
    message:
      'expected a function create() that returns one world, or createBatch(size) that returns many; not both',
  })
  .refine(({ hasActionMask, actionSpace }) => !hasActionMask || actionSpace.type !== 'box', {
    path: ['hasActionMask'],
    message: 'only discrete actions can be masked',
  });
