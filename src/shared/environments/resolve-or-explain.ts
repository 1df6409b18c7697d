// Environment of a job that was posted elsewhere, or the reason why this machine cannot work for it.
import { AppError } from '../errors/app-error.ts';
import type { EnvironmentDefinition } from './environment.ts';
import type { EnvironmentRegistry } from './registry.ts';
import { UnknownEnvironmentError } from './unknown-environment-error.ts';

/** Returns the definition, or a sentence for the log that says why this machine does not have it. */
export async function resolveOrExplain(
  environments: EnvironmentRegistry,
  id: string,
): Promise<EnvironmentDefinition | string> {
  try {
    return await environments.resolve(id);
  } catch (error) {
    if (!AppError.is(error)) throw error;
    if (error instanceof UnknownEnvironmentError)
      return `this machine has no environment ${id}; name its module with --environments`;
    return `this machine cannot open ${id}: ${error.message}`;
  }
}
