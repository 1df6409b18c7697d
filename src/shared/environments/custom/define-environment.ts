// defineEnvironment: the function that a user's module calls to define an environment.
import { z } from 'zod';
import { AppError, type InputIssue } from '../../errors/app-error.ts';
import type { EnvironmentDefinition } from '../environment.ts';
import type {
  ActionSpaceInput,
  CustomBatch,
  CustomEnvironment,
  CustomEnvironmentDefinition,
} from './custom-environment.ts';
import { brandEnvironment } from './environment-brand.ts';
import { BatchAdapter } from './batch-adapter.ts';
import {
  actionSpaceSchema,
  boxSchema,
  canBeMasked,
  cannotBeMasked,
  versionedName,
} from './definition-schema.ts';
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

/** Schema of functions and methods. */
const functionSchema = <Type>() =>
  z.custom<Type>((value) => typeof value === 'function', 'expected a function');

const definitionSchema = z
  .strictObject({
    id: z.string().max(128).regex(versionedName, 'expected a name with a version, e.g. Corridor-v0'),
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
  .refine(canBeMasked, cannotBeMasked);
